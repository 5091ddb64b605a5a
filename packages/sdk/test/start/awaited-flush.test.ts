import { expect, test } from 'vitest';

import { startHttpReceiver, status } from '../export/http-receiver.ts';
import { failure, startGrpcReceiver } from '../export/grpc-receiver.ts';
import { INDEX, startProgram } from './exiting-process.ts';

/** Exporters whose retries wait a moment, with what Node.js does not stay alive for. */
const EXPORTERS = `
  import { createTracerProvider, otlpGrpcExporter, otlpHttpExporter } from '${INDEX}';
  const delay = () => new Promise((resolve) => setTimeout(resolve, 20).unref());
  const clock = { now: Date.now, random: Math.random, delay };
  const http = (endpoint) => otlpHttpExporter({ endpoint, clock });
  const grpc = (endpoint) => otlpGrpcExporter({ endpoint, clock });
`;

const ENDED = { code: 0, signal: null, errors: '', lines: ['after'] };

test.concurrent.each(['shutdown', 'forceFlush'])('a process does not end while %s waits for a retry', async (wait) => {
  await using httpReceiver = await startHttpReceiver(status(503), status(503));
  await using grpcReceiver = await startGrpcReceiver(failure(14));
  const byHand = startProgram(
    '',
    `${EXPORTERS}
     const exporters = [http('${httpReceiver.origin}'), grpc('${grpcReceiver.origin}')];
     const provider = createTracerProvider({ exporters });
     provider.getTracer('t').startSpan('a').end();
     await provider.${wait}();
     console.log('after');`,
  );
  expect(await byHand.ended).toMatchObject(ENDED);
  expect([httpReceiver.accepted.length, grpcReceiver.accepted.length]).toEqual([1, 1]);
});

test.concurrent.each(['shutdown', 'forceFlush'])('nor while %s of tracing does, which lets it end', async (wait) => {
  await using receiver = await startHttpReceiver(status(503), status(503));
  const started = startProgram(
    '',
    `${EXPORTERS}
     const customExporters = [http('${receiver.origin}')];
     const tracing = startTracing({ exporters: [], customExporters, exitTimeoutMs: 0 });
     span('a');
     await tracing.${wait}();
     console.log('after');`,
  );
  expect(await started.ended).toMatchObject(ENDED);
  expect(receiver.accepted.length).toBe(1);
});

test.concurrent('nor while that of an exporter alone does', async () => {
  await using receiver = await startHttpReceiver(status(503));
  const alone = startProgram(
    '',
    `${EXPORTERS}
     const exporter = http('${receiver.origin}');
     const scope = { name: 'x', version: '', schemaUrl: '' };
     const scopes = [{ scope, spans: new Uint8Array([0x12, 0]), spanCount: 1 }];
     const batch = { resource: new Uint8Array(0), resourceSchemaUrl: '', scopes, spanCount: 1, byteLength: 2 };
     const signal = new AbortController().signal;
     void exporter.export(batch, signal);
     await exporter.forceFlush(signal);
     console.log('after');`,
  );
  expect(await alone.ended).toMatchObject(ENDED);
  expect(receiver.accepted.length).toBe(1);
});
