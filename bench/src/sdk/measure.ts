import { type Child, MEASURED_CORE, startChild } from '../measured/child-process.ts';
import type { NodeRelease } from '../measured/node-releases.ts';
import { scaled } from '../measured/repetitions.ts';
import { countFrom, type Sink } from '../measured/sink-process.ts';
import { quantile } from '../bench.ts';
import { DATADOG_ENV } from '../subjects/datadog.ts';
import type { SubjectName } from '../subjects/subject.ts';
import type { MeasuredCalls } from './measured-process.ts';
import type { Scenario } from './scenarios.ts';

export interface Measurement {
  /** Of all threads, for one operation: the median of the rounds. */
  readonly processNs: number;
  readonly mainThreadNs: number | undefined;
}

export interface MeasureOptions {
  readonly program: string;
  readonly release: NodeRelease;
  readonly subject: SubjectName;
  readonly scenario: Scenario;
  readonly sink: Sink;
}

/** What runs once a batch is compiled by then, too. */
const WARM_UP_ROUNDS = 16;
const ROUNDS = 5;
const RECORDED_OPERATIONS = 10_240;
const UNRECORDED_OPERATIONS = 102_400;
/** More would fill the young generation with the buffers of encoded spans on Node 20. */
const HEAP_OPERATIONS = 10_240;
const HEAP_WARM_UP_ROUNDS = 8;
/** So large that nothing is collected while heap is measured, even though buffers outside of it count as old space. */
const HEAP_ARGUMENTS: readonly string[] = [
  '--min-semi-space-size=256',
  '--max-semi-space-size=256',
  '--initial-old-space-size=1024',
];
const HEAP_TRIES = 3;

/** What an operation costs in CPU, in a process of its own. @throws Error if a span was lost */
export async function measureCpu(options: MeasureOptions): Promise<Measurement> {
  const { scenario } = options;
  const operations = scaled(scenario.recordedSpans === 0 ? UNRECORDED_OPERATIONS : RECORDED_OPERATIONS);
  await using child = await measuredChild(options, []);
  const counted = await countFrom(options.sink);
  const rounds: Measurement[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const { processNs, mainThreadNs } = await child.call('round', operations);
    if (round < WARM_UP_ROUNDS) continue;
    rounds.push({
      processNs: processNs / operations,
      mainThreadNs: mainThreadNs === undefined ? undefined : mainThreadNs / operations,
    });
  }
  await check(options, child, counted, (WARM_UP_ROUNDS + ROUNDS) * operations);
  const onMain = rounds.flatMap(({ mainThreadNs }) => mainThreadNs ?? []);
  return {
    processNs: quantile(
      rounds.map(({ processNs }) => processNs),
      0.5,
    ),
    mainThreadNs: onMain.length === 0 ? undefined : quantile(onMain, 0.5),
  };
}

/** Bytes that an operation allocates on the JavaScript heap. @throws Error if a span was lost or anything was collected */
export async function measureHeap(options: MeasureOptions): Promise<number> {
  const operations = scaled(HEAP_OPERATIONS);
  await using child = await measuredChild(options, HEAP_ARGUMENTS);
  const counted = await countFrom(options.sink);
  for (let round = 0; round < HEAP_WARM_UP_ROUNDS; round++) await child.call('round', operations);
  for (let attempt = 1; attempt <= HEAP_TRIES; attempt++) {
    const { bytes, collections } = await child.call('heapRound', operations);
    if (collections > 0) continue;
    await check(options, child, counted, (HEAP_WARM_UP_ROUNDS + attempt) * operations);
    return bytes / operations;
  }
  throw new Error(`garbage was collected in each of ${HEAP_TRIES} rounds, so bytes cannot be counted`);
}

async function measuredChild(
  { program, release, subject, scenario, sink }: MeasureOptions,
  nodeArguments: readonly string[],
): Promise<Child<MeasuredCalls>> {
  const child = startChild<MeasuredCalls>(program, {
    node: release.executable,
    nodeArguments: ['--expose-gc', ...nodeArguments],
    core: MEASURED_CORE,
    ...(subject === 'dd-trace' ? { env: DATADOG_ENV } : {}),
  });
  try {
    await child.call('start', {
      subject,
      operation: scenario.operation,
      uniqueValues: scenario.uniqueValues === true,
      sampledOut: scenario.sampledOut === true,
      peers: (subject === 'dd-trace' ? release.datadogPeers : release.officialPeers) ?? '',
      ...(scenario.throughExport === true ? { sinkOrigin: sink.origin } : {}),
    });
    return child;
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

/** What ended must have arrived, or the measurement does not count. */
async function check(
  { scenario, subject }: MeasureOptions,
  child: Child<MeasuredCalls>,
  counted: Awaited<ReturnType<typeof countFrom>>,
  operations: number,
): Promise<void> {
  const dropped = await child.call('dropped');
  if (dropped > 0) throw new Error(`${dropped} spans were dropped`);
  // An export thread that cannot start is replaced by the application's thread.
  const threads = await child.call('threads');
  if (threads !== (subject === 'ours-worker' ? 1 : 0)) throw new Error(`${threads} worker threads run`);
  if (scenario.throughExport === true) await counted.check(operations * scenario.recordedSpans);
}
