import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { runThroughline, startThroughline } from 'throughline/testing/throughline-process';
import type { Benchmark, Figure } from './bench.ts';

interface LoadResult {
  readonly spans_accepted: number;
  readonly spans_per_second: number;
  readonly generator_cpu_seconds: number;
  readonly latency_ms: { readonly p99: number };
}

async function load(url: string): Promise<LoadResult> {
  const args = ['--rate', 'max', '--duration', '10s', '--batch', '1000', '--json'];
  const { code, stdout, stderr } = await runThroughline(['load', url, ...args]);
  if (code !== 0) throw new Error(`throughline load ended with ${code}: ${stderr}${stdout}`);
  return JSON.parse(stdout) as LoadResult;
}

/** Reads each request and answers at once, in a thread of its own. */
const SINK = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** The load generator: how fast it is alone, and how fast our own collector takes what it sends. */
export const loadGenerator: Benchmark = {
  name: 'load',
  what: 'throughline load against a server that drops everything, and against our own',
  quick: false,
  run: async () => {
    const sink = new Worker(SINK, { eval: true });
    const [port] = (await once(sink, 'message')) as [number];
    const alone = await load(`http://127.0.0.1:${port}`);
    await sink.terminate();
    await using server = await startThroughline(['--store', 'memory:']);
    const own = await load(server.listen['otlp-http'] ?? '');
    const perCpuSecond = ({ spans_accepted, generator_cpu_seconds }: LoadResult): number =>
      spans_accepted / generator_cpu_seconds;
    const figures: Figure[] = [
      { name: 'generator, spans a CPU second', value: perCpuSecond(alone), unit: 'spans', budget: '>= 300,000' },
      { name: 'generator against a server that drops', value: alone.spans_per_second, unit: 'spans/s' },
      { name: 'our collector, memory store', value: own.spans_per_second, unit: 'spans/s' },
      { name: 'our collector, p99', value: own.latency_ms.p99, unit: 'ms' },
    ];
    return figures;
  },
};
