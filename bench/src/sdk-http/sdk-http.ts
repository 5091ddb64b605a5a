import { fileURLToPath } from 'node:url';
import type { Benchmark, Figure } from '../bench.ts';
import { bundleProgram } from '../measured/bundle.ts';
import { type Child, MEASURED_CORE, OTHER_CORE, startChild } from '../measured/child-process.ts';
import { type Gate, gatedFigure } from '../measured/gate.ts';
import { type NodeRelease, nodeReleases } from '../measured/node-releases.ts';
import {
  isChosen,
  mediansOf,
  paired,
  REPETITIONS,
  rotated,
  type Samples,
  scaled,
  type Spread,
  spreadOf,
  warnOfShortRun,
} from '../measured/repetitions.ts';
import { countFrom, type Sink, startSink } from '../measured/sink-process.ts';
import { DATADOG_ENV } from '../subjects/datadog.ts';
import type { LoadCalls, LoadResult } from './load.ts';
import type { ServerCalls } from './server.ts';
import { SPANS_PER_REQUEST, type Variant, type VariantName, variants } from './variants.ts';

const CONNECTIONS = 16;
const WARM_UP_REQUESTS = 20_480;
/** Of a turn; the servers are loaded in turns. */
const REQUESTS = 5_120;
const TURNS = 8;

interface Served extends LoadResult {
  readonly cpuMicros: number;
  readonly requestsPerSecond: number;
}

/** What a request with four spans costs, over the same server without tracing in the same repetition. */
export const sdkHttp: Benchmark = {
  name: 'sdk-http',
  what: 'CPU that tracing adds to an HTTP request with 4 spans, beside the official SDK and dd-trace',
  quick: false,
  run: async (log) => {
    const program = await bundleProgram('http-server', new URL('server.ts', import.meta.url));
    await using sink = await startSink();
    warnOfShortRun(log);
    const figures: Figure[] = [];
    for (const release of nodeReleases(log)) {
      const chosen = variants.filter(
        ({ name, what, subject }) =>
          (subject !== 'dd-trace' || release.datadogPeers !== undefined) &&
          (name === 'none' || isChosen(`${release.label}, ${what}`)),
      );
      if (chosen.length < 2) continue;
      const served = new Map(chosen.map(({ name }) => [name, new Map<number, readonly Served[]>()]));
      for (let repetition = 0; repetition < REPETITIONS; repetition++) {
        try {
          const turns = await serve(rotated(chosen, repetition), program, release, sink);
          for (const [name, ofVariant] of turns) served.get(name)?.set(repetition, ofVariant);
        } catch (error) {
          log(`FAILED: ${release.label}, repetition ${repetition + 1}: ${String(error)}`);
        }
        log(`  done: ${release.label}, repetition ${repetition + 1} of ${REPETITIONS}`);
      }
      figures.push(...figuresOf(release, chosen, served));
    }
    return figures;
  },
};

/** What each of the variants takes in each turn, every one in a process of its own. @throws Error if a span was lost */
async function serve(
  chosen: readonly Variant[],
  program: string,
  release: NodeRelease,
  sink: Sink,
): Promise<ReadonlyMap<VariantName, readonly Served[]>> {
  const warmUpRequests = scaled(WARM_UP_REQUESTS);
  const requestCount = scaled(REQUESTS);
  await using processes = new AsyncDisposableStack();
  const load = processes.use(
    startChild<LoadCalls>(fileURLToPath(new URL('load.ts', import.meta.url)), { core: OTHER_CORE }),
  );
  const counted = await countFrom(sink);
  const servers: { variant: Variant; server: Child<ServerCalls>; port: number; turns: Served[] }[] = [];
  for (const variant of chosen) {
    const server = processes.use(
      startChild<ServerCalls>(program, {
        node: release.executable,
        core: MEASURED_CORE,
        ...(variant.subject === 'dd-trace' ? { env: DATADOG_ENV } : {}),
      }),
    );
    const peers = (variant.subject === 'dd-trace' ? release.datadogPeers : release.officialPeers) ?? '';
    const port = await server.call('start', { variant, subjectOptions: { sinkOrigin: sink.origin, peers } });
    await load.call('run', { port, requestCount: warmUpRequests, connectionCount: CONNECTIONS });
    servers.push({ variant, server, port, turns: [] });
  }
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { server, port, turns } of rotated(servers, turn)) {
      await server.call('begin');
      const result = await load.call('run', { port, requestCount, connectionCount: CONNECTIONS });
      const { processNs } = await server.call('finish');
      turns.push({
        ...result,
        cpuMicros: processNs / requestCount / 1_000,
        requestsPerSecond: requestCount / result.seconds,
      });
    }
  }
  let spanCount = 0;
  for (const { variant, server } of servers) {
    const dropped = await server.call('dropped');
    if (dropped > 0) throw new Error(`${variant.what}: ${dropped} spans were dropped`);
    const isRecorded = variant.subject !== undefined && variant.options?.sampledOut !== true;
    if (isRecorded) spanCount += (warmUpRequests + TURNS * requestCount) * SPANS_PER_REQUEST;
  }
  await counted.check(spanCount);
  return new Map(servers.map(({ variant, turns }) => [variant.name, turns]));
}

/** What our own instrumentation and the official one may add on a release, and the loss of a handler that does nothing. */
function gatesOf({ label }: NodeRelease): {
  readonly stockRatio: Gate;
  readonly addedMicros: Gate;
  readonly lossPercent: Gate;
} {
  return label === 'Node 20'
    ? { stockRatio: { atMost: 0.55 }, addedMicros: { atMost: 43 }, lossPercent: { atMost: 53 } }
    : { stockRatio: { atMost: 0.5 }, addedMicros: { atMost: 25 }, lossPercent: { atMost: 45 } };
}

function figuresOf(
  release: NodeRelease,
  chosen: readonly Variant[],
  served: ReadonlyMap<VariantName, ReadonlyMap<number, readonly Served[]>>,
): readonly Figure[] {
  const samples = (name: VariantName, pick: (one: Served) => number): Samples =>
    new Map([...(served.get(name) ?? [])].map(([repetition, turns]) => [repetition, turns.map(pick)]));
  const cpu = (name: VariantName): Samples => samples(name, ({ cpuMicros }) => cpuMicros);
  const none = cpu('none');
  const added = (name: VariantName): Samples => paired(cpu(name), none, (micros, base) => micros - base);
  const spread = (values: Samples): Spread => spreadOf(mediansOf(values));
  const gates = gatesOf(release);
  const figures: Figure[] = [];
  for (const { name, what } of chosen) {
    const title = `${release.label}, ${what}`;
    figures.push(gatedFigure(`${title}: CPU a request`, spread(cpu(name)), 'us'));
    if (name !== 'none') {
      const gate = name === 'ours' ? gates.addedMicros : undefined;
      figures.push(gatedFigure(`${title}: CPU added`, spread(added(name)), 'us', gate));
      const loss = paired(none, cpu(name), (base, micros) => 100 * (1 - base / micros));
      figures.push(
        gatedFigure(`${title}: loss by CPU`, spread(loss), '%', name === 'ours' ? gates.lossPercent : undefined),
      );
    }
    figures.push(
      gatedFigure(`${title}: requests`, spread(samples(name, (one) => one.requestsPerSecond)), '/s'),
      gatedFigure(`${title}: p99`, spread(samples(name, ({ p99Ms }) => p99Ms)), 'ms'),
    );
  }
  const ratio = (name: VariantName, to: VariantName, gate?: Gate): void => {
    if (!served.has(name) || !served.has(to)) return;
    const ratios = paired(added(name), added(to), (a, b) => a / b);
    figures.push(gatedFigure(`${release.label}, added CPU: ${name} / ${to}`, spread(ratios), 'times', gate));
  };
  ratio('ours-stock', 'official', gates.stockRatio);
  // A third, as a number that reads well.
  ratio('ours', 'official', { atMost: 0.333 });
  ratio('ours', 'dd-trace');
  ratio('ours-manual', 'official-manual');
  return figures;
}
