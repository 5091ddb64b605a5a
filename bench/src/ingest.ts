import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startThroughline } from 'throughline/testing/throughline-process';
import type { Benchmark, Figure } from './bench.ts';
import { cpuSeconds, cpuSecondsByThread, residentMib } from './process-stats.ts';
import { benchFolder, requestFile, SPANS_PER_REQUEST } from './request-file.ts';

const run = promisify(execFile);
/** As many exporters that send one request after the other, of 504 spans each, near an SDK's default of 512. */
const CONNECTION_COUNTS = [64, 256];

/** OTLP/HTTP gzip protobuf to durable, with the sender on the same cores. */
export const ingest: Benchmark = {
  name: 'ingest',
  what: 'OTLP/HTTP gzip protobuf to durable, sustained, CPU by stage',
  quick: false,
  run: async (log) => {
    const requestCount = Number(process.env['THROUGHLINE_BENCH_REQUESTS'] ?? 11_000);
    const file = requestFile(requestCount, log);
    const figures: Figure[] = [];
    for (const connectionCount of CONNECTION_COUNTS) figures.push(...(await measure(file, connectionCount)));
    return figures;
  },
};

async function measure(file: string, connectionCount: number): Promise<Figure[]> {
  const dataDir = mkdtempSync(join(benchFolder, 'ingest-'));
  const figures: Figure[] = [];
  try {
    await using server = await startThroughline(['--data-dir', dataDir]);
    figures.push({ name: 'memory, idle', value: residentMib(server.pid), unit: 'MiB', budget: '<= 350' });
    const cpuBefore = cpuSeconds(server.pid);
    const threadsBefore = cpuSecondsByThread(server.pid);
    let peakMib = 0;
    const watch = setInterval(() => {
      peakMib = Math.max(peakMib, residentMib(server.pid));
    }, 250);
    const { stdout } = await run(process.execPath, [
      '--conditions=throughline-source',
      fileURLToPath(new URL('send-requests.ts', import.meta.url)),
      file,
      server.listen['otlp-http'] ?? '',
      String(connectionCount),
    ]);
    clearInterval(watch);
    // The sender's own report, printed above in this folder.
    const sent = JSON.parse(stdout) as Readonly<
      Record<'accepted' | 'retried' | 'seconds' | 'cpuSeconds' | 'p50Ms' | 'p99Ms', number>
    >;
    const spanCount = sent.accepted * SPANS_PER_REQUEST;
    const millions = spanCount / 1e6;
    const cpu = cpuSeconds(server.pid) - cpuBefore;
    figures.push(
      { name: `spans sent over ${connectionCount} connections`, value: spanCount, unit: 'spans' },
      { name: 'time', value: sent.seconds, unit: 's' },
      {
        name: 'throughput, acknowledged durable',
        value: spanCount / sent.seconds,
        unit: 'spans/s',
        budget: '>= 70,000',
      },
      { name: 'refused and retried', value: sent.retried, unit: 'requests' },
      { name: 'acknowledgement, p50', value: sent.p50Ms, unit: 'ms' },
      { name: 'acknowledgement, p99', value: sent.p99Ms, unit: 'ms' },
      { name: 'memory, peak under load', value: peakMib, unit: 'MiB', budget: '<= 1,200' },
      { name: 'server CPU a million spans', value: cpu / millions, unit: 'CPU-s', budget: '<= 10 (aim)' },
      { name: 'sender CPU a million spans', value: sent.cpuSeconds / millions, unit: 'CPU-s' },
    );
    const threads = [...cpuSecondsByThread(server.pid)]
      .map(([name, seconds]) => ({ name, seconds: seconds - (threadsBefore.get(name) ?? 0) }))
      .filter(({ seconds }) => seconds / millions >= 0.05)
      .toSorted((a, b) => b.seconds - a.seconds);
    for (const { name, seconds } of threads) {
      figures.push({ name: `  of it, thread ${name}`, value: seconds / millions, unit: 'CPU-s/M' });
    }
    // The server's counters, by name.
    const counters = (await (
      await fetch(`${server.listen['http'] ?? ''}/metrics`, { headers: { accept: 'application/json' } })
    ).json()) as Readonly<Record<string, number>>;
    const counter = (name: string): number => counters[name] ?? Number.NaN;
    figures.push(
      { name: 'spans an insert', value: spanCount / counter('store_inserts'), unit: 'spans' },
      { name: 'disk, before merges end', value: counter('store_disk_bytes') / spanCount, unit: 'bytes/span' },
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  return figures;
}
