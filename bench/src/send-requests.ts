// A process of its own: sends a file of gzipped OTLP requests over a few keep-alive connections, as fast as they are
// acknowledged, and prints what happened as JSON.  node send-requests.ts FILE URL CONNECTIONS
import { Agent, request } from 'node:http';
import { quantile } from './bench.ts';
import { readRequests } from './request-file.ts';

const [file = '', url = '', connections = '4'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const requests = readRequests(file);
const latenciesMs: number[] = [];
let accepted = 0;
let retried = 0;

function post(body: Buffer): Promise<{ readonly status: number; readonly retryAfterMs: number }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}/v1/traces`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'gzip',
          'content-length': body.length,
        },
      },
      (response) => {
        response.resume();
        response.once('end', () => {
          const retryAfterMs = Number(response.headers['retry-after'] ?? 0) * 1_000;
          resolve({ status: response.statusCode ?? 0, retryAfterMs });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

async function connection(): Promise<void> {
  for (const body of requests) {
    for (;;) {
      const before = performance.now();
      const { status, retryAfterMs } = await post(body);
      if (status === 200) {
        latenciesMs.push(performance.now() - before);
        accepted++;
        break;
      }
      if (status !== 503 && status !== 429) throw new Error(`the server answered ${status}`);
      retried++;
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    }
  }
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, connection));
const seconds = (performance.now() - startedAt) / 1_000;
agent.destroy();
const cpu = process.cpuUsage();
console.log(
  JSON.stringify({
    accepted,
    retried,
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
  }),
);
