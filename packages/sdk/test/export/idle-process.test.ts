import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { OtlpExporterConfig } from '../../src/config/tracing-config.ts';
import { startGrpcReceiver } from './grpc-receiver.ts';
import { startHttpReceiver } from './http-receiver.ts';

/** Exports twice and ends without a shutdown. */
function program(create: string): string {
  const src = new URL('../../src/export/', import.meta.url).href;
  return `
    import { otlpHttpExporter } from '${src}otlp-http-exporter.ts';
    import { otlpGrpcExporter } from '${src}otlp-grpc-exporter.ts';
    import { workerExporter } from '${src}worker-exporter.ts';
    const exporter = ${create};
    const scope = { name: 'x', version: '', schemaUrl: '' };
    const spans = new Uint8Array([0x12, 0]);
    const batch = { resource: new Uint8Array(0), resourceSchemaUrl: '', scopes: [{ scope, spans, spanCount: 1 }], spanCount: 1, byteLength: 2 };
    for (let i = 0; i < 2; i++) {
      const outcome = await exporter.export(batch, new AbortController().signal);
      if (outcome.exportedCount !== 1) throw new Error(JSON.stringify(outcome));
    }
  `;
}

async function exitCodeOf(create: string): Promise<unknown> {
  const args = ['--conditions=throughline-source', '--input-type=module', '--eval', program(create)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 20_000 });
  const [code] = await once(child, 'exit');
  return code;
}

test('connections and threads that are kept do not keep the process', async () => {
  await using http = await startHttpReceiver();
  await using grpc = await startGrpcReceiver();
  await using threads = await startHttpReceiver();
  const inThread = {
    type: 'otlp',
    protocol: 'http/protobuf',
    endpoint: threads.origin,
    headers: {},
    compression: 'none',
    timeoutMs: 10_000,
    worker: true,
    processor: { type: 'simple' },
  } satisfies OtlpExporterConfig;
  const codes = await Promise.all([
    exitCodeOf(`otlpHttpExporter({ endpoint: '${http.origin}' })`),
    exitCodeOf(`otlpGrpcExporter({ endpoint: '${grpc.origin}' })`),
    exitCodeOf(`workerExporter(${JSON.stringify(inThread)})`),
  ]);
  expect(codes).toEqual([0, 0, 0]);
  expect([http.requests.length, grpc.calls.length, threads.requests.length]).toEqual([2, 2, 2]);
});
