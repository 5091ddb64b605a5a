import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_TENANT } from '@throughline/model';
import { openChdbStore } from '@throughline/store';
import { decodeOtlpColumns } from '@throughline/wire';
import { startThroughline } from 'throughline/testing/throughline-process';
import { type Benchmark, type Figure, quantile } from './bench.ts';
import { residentMib } from './process-stats.ts';
import { benchFolder } from './request-file.ts';
import {
  operationOf,
  randomFrom,
  SERVICE_COUNT,
  serviceOf,
  SPANS_PER_TRACE,
  SyntheticTraces,
} from './synthetic-spans.ts';

const HOURS = 10;
const ROUNDS = 30;
/** The stored traces end here, so that the directory can be kept between runs. */
const END = 1_767_225_600_000_000_000n; // 2026-01-01T00:00:00Z

interface Case {
  readonly name: string;
  readonly budget?: string;
  readonly path: () => string;
}

/** Trace by id and searches over HTTP on `spanCount` stored spans of ten hours, and what it takes to open them. */
export function queries(spanCount: number): Benchmark {
  const label = `${spanCount / 1e6}m`;
  return {
    name: `queries-${label}`,
    what: `trace by id and searches at ${label} spans stored, start-up, bytes a span`,
    quick: false,
    run: async (log) => {
      const dataDir = await storedSpans(spanCount, log);
      await using server = await startThroughline(['--data-dir', dataDir]);
      const base = server.listen['http'] ?? '';
      const figures: Figure[] = [
        { name: 'ready, from process start', value: server.readyAfterMs, unit: 'ms', budget: '<= 1,500' },
        { name: 'memory, idle', value: residentMib(server.pid), unit: 'MiB', budget: '<= 350' },
      ];
      const ids = await someTraceIds(base);
      const random = randomFrom(7);
      const pick = (n: number): number => Math.floor(random() * n);
      const end = Number(END / 1_000_000_000n);
      const hour = `start_time=${end - 3_600}&end_time=${end}`;
      const all = `start_time=${end - HOURS * 3_600}&end_time=${end}`;
      const service = (): number => pick(SERVICE_COUNT);
      const serviceAndOperation = (): string => {
        const chosen = service();
        return `service=${serviceOf(chosen)}&operation=${encodeURIComponent(operationOf(chosen, pick(8)))}`;
      };
      const traceql = (query: string): string => `q=${encodeURIComponent(query)}`;
      const cases: readonly Case[] = [
        { name: 'trace by id', budget: '<= 60', path: () => `/v1/traces/${ids[pick(ids.length)] ?? ''}` },
        {
          name: 'service, last hour, newest 20',
          budget: '<= 60',
          path: () => `/v1/traces?service=${serviceOf(service())}&${hour}&limit=20`,
        },
        {
          name: 'service + operation + duration > 50 ms, 10 h',
          budget: '<= 40 (aim)',
          path: () => `/v1/traces?${serviceAndOperation()}&${traceqlDuration()}&${all}&limit=20`,
        },
        {
          name: 'any service, span duration > 500 ms, 10 h',
          budget: '<= 25 (aim)',
          path: () => `/v1/traces?${traceql('{ duration > 500ms }')}&${all}&limit=20`,
        },
        { name: 'errors, last hour', path: () => `/v1/traces?${traceql('{ status = error }')}&${hour}&limit=20` },
        {
          name: 'user.id = X, everything',
          budget: '<= 50 (aim)',
          path: () => `/v1/traces?tags=user.id%3Duser-${String(pick(100_000)).padStart(8, '0')}&limit=20`,
        },
        { name: 'user.id absent, everything', path: () => `/v1/traces?tags=user.id%3Dnobody-${pick(1e6)}&limit=20` },
        { name: 'services', budget: '<= 15 (aim)', path: () => '/v1/services' },
        {
          name: 'operations of a service',
          budget: '<= 15 (aim)',
          path: () => `/v1/services/${serviceOf(service())}/operations`,
        },
        { name: 'longest 20, 10 h', path: () => `/v1/traces?${all}&order=longest&limit=20` },
        {
          name: 'Jaeger search, service, last hour, 20 whole traces',
          path: () =>
            `/api/traces?service=${serviceOf(service())}&start=${(end - 3_600) * 1e6}&end=${end * 1e6}&limit=20`,
        },
      ];
      for (const { name, budget, path } of cases) {
        const samples: number[] = [];
        for (let round = 0; round < ROUNDS + 2; round++) {
          const before = performance.now();
          const response = await fetch(base + path());
          await response.arrayBuffer();
          if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
          if (round >= 2) samples.push(performance.now() - before);
        }
        figures.push({
          name: `${name}, p50`,
          value: quantile(samples, 0.5),
          unit: 'ms',
          ...(budget === undefined ? {} : { budget }),
        });
        figures.push({ name: `${name}, p95`, value: quantile(samples, 0.95), unit: 'ms' });
      }
      const metrics: unknown = await (
        await fetch(`${base}/metrics`, { headers: { accept: 'application/json' } })
      ).json();
      const disk = (metrics as Readonly<Record<string, number>>)['store_disk_bytes'] ?? Number.NaN;
      figures.push({ name: 'disk', value: disk / spanCount, unit: 'bytes/span', budget: '<= 60 (aim)' });
      figures.push({ name: 'memory, after the queries', value: residentMib(server.pid), unit: 'MiB' });
      return figures;
    },
  };
}

function traceqlDuration(): string {
  return 'min_duration=50ms';
}

async function someTraceIds(base: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let hour = 0; hour < HOURS; hour++) {
    const to = Number(END / 1_000_000_000n) - hour * 3_600;
    const response = await fetch(`${base}/v1/traces?end_time=${to}&start_time=${to - 60}&limit=20`);
    // The native API's own answer.
    const { traces } = (await response.json()) as { readonly traces: readonly { readonly trace_id: string }[] };
    ids.push(...traces.map(({ trace_id }) => trace_id));
  }
  return ids;
}

/** A directory with that many spans, evenly over the hours before {@link END}; made once and kept. */
async function storedSpans(spanCount: number, log: (line: string) => void): Promise<string> {
  const dataDir = join(benchFolder, `stored-${spanCount}`);
  if (existsSync(dataDir)) return dataDir;
  mkdirSync(benchFolder, { recursive: true });
  log(`  storing ${spanCount.toLocaleString('en')} spans in ${dataDir}`);
  const traces = new SyntheticTraces(spanCount);
  const traceCount = Math.ceil(spanCount / SPANS_PER_TRACE);
  const stepNano = (BigInt(HOURS) * 3_600_000_000_000n) / BigInt(traceCount);
  const perRequest = 1_000;
  {
    await using store = await openChdbStore({ directory: `${dataDir}.tmp` });
    for (let first = 0; first < traceCount; first += perRequest * 4) {
      const writes: Promise<void>[] = [];
      for (let part = first; part < Math.min(traceCount, first + perRequest * 4); part += perRequest) {
        const count = Math.min(perRequest, traceCount - part);
        const begin = END - BigInt(HOURS) * 3_600_000_000_000n;
        const request = traces.request(count, (index) => begin + BigInt(part + index) * stepNano);
        writes.push(store.write({ tenant: DEFAULT_TENANT, columns: decodeOtlpColumns(request) }));
      }
      await Promise.all(writes);
    }
  }
  renameSync(`${dataDir}.tmp`, dataDir);
  return dataDir;
}
