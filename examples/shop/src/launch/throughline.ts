import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { otlpUrl, throughlineUrl } from '../settings.ts';

const PROGRAM = fileURLToPath(new URL('../../../../packages/throughline/bin/throughline.js', import.meta.url));
const PROBE_TIMEOUT_MS = 1_000;

/** The server that gets the spans. Disposing ends it if it was started here. */
export interface FoundThroughline extends AsyncDisposable {
  readonly url: string;
  readonly otlpUrl: string;
}

/** The one that the variables name, or the one on this machine, whether it runs or not. */
export function configuredThroughline(): FoundThroughline {
  return { url: throughlineUrl(), otlpUrl: otlpUrl(), [Symbol.asyncDispose]: async () => {} };
}

/** The one that `OTEL_EXPORTER_OTLP_ENDPOINT` names, the one that runs on this machine, or a new one that keeps traces in memory. */
export async function findThroughline(): Promise<FoundThroughline> {
  const found = configuredThroughline();
  if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined || (await isReady(found.url))) return found;
  console.log('No Throughline runs here: one is started that keeps its traces in memory.');
  const args = ['up', '--store', 'memory:', '--otlp-grpc', 'off', '--jaeger-http', 'off', '--log-format', 'json'];
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const exited = once(child, 'exit');
  const listen = await Promise.race([
    new Promise<Readonly<Record<string, string>>>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        // The server logs JSON objects only.
        const record = JSON.parse(line) as { msg?: string; level?: string; listen?: Record<string, string> };
        if (record.msg === 'ready' && record.listen !== undefined) resolve(record.listen);
      });
    }),
    exited.then(() => Promise.reject(new Error('Throughline did not start; see above'))),
  ]);
  return {
    url: listen['http'] ?? found.url,
    otlpUrl: listen['otlp-http'] ?? found.otlpUrl,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/ready', url), { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return response.ok;
  } catch {
    return false;
  }
}
