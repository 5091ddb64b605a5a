import { trace } from '@opentelemetry/api';
import { once } from 'node:events';
import http from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';

import { memoryExporter, startTracing, type StartTracingOptions, type Tracing } from '../../src/index.ts';
import { startGrpcReceiver } from '../export/grpc-receiver.ts';
import { startHttpReceiver, status } from '../export/http-receiver.ts';

const started: Tracing[] = [];
afterEach(async () => {
  for (const tracing of started.splice(0)) await tracing.shutdown();
});

/** HTTP is instrumented, but for what the receivers here get. */
function start(options: StartTracingOptions) {
  const kept = memoryExporter();
  const tracing = startTracing({
    resource: { detectors: [] },
    logLevel: 'none',
    http: { incoming: false },
    customExporters: [kept],
    ...options,
  });
  started.push(tracing);
  return { tracing, kept };
}

/** What the application itself asks for is traced: the instrumentation works. */
async function askOnce(origin: string): Promise<void> {
  const request = http.get(`${origin}/asked`);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  await once(response, 'end');
}

test('requests of exporters and their retries are not traced', async () => {
  await using receiver = await startHttpReceiver(status(503, { 'retry-after': '0' }));
  await using grpc = await startGrpcReceiver();
  const { tracing, kept } = start({
    exporters: [
      { type: 'otlp', endpoint: receiver.origin },
      { type: 'otlp', protocol: 'grpc', endpoint: grpc.origin },
      { type: 'zipkin', endpoint: `${receiver.origin}/zipkin`, processor: 'simple' },
      { type: 'jaeger', protocol: 'grpc', endpoint: grpc.origin },
      { type: 'simple', endpoint: `${receiver.origin}/simple`, batch: { maxExportBatchSize: 1 } },
    ],
  });
  trace.getTracer('t').startActiveSpan('work', (span) => span.end());
  await tracing.forceFlush();
  await askOnce(receiver.origin);
  await tracing.forceFlush();
  expect(receiver.requests.length + grpc.calls.length).toBeGreaterThan(10);
  expect(kept.spans.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['1 work', '3 GET']);
  expect(Object.fromEntries(tracing.provider.dropped)).toEqual({});
});

test('a remote sampler does not trace its polling', async () => {
  await using receiver = await startHttpReceiver(
    status(200, { 'content-type': 'application/json' }, '{"probabilisticSampling":{"samplingRate":1}}'),
  );
  const { tracing, kept } = start({
    exporters: [],
    sampler: {
      type: 'parent_based',
      root: { type: 'remote', endpoint: `${receiver.origin}/sampling`, initialRate: 0 },
    },
  });
  const work = () => trace.getTracer('t').startSpan('work');
  // It samples when the answer has been read.
  await vi.waitFor(() => expect(work().isRecording()).toBe(true));
  work().end();
  await tracing.forceFlush();
  expect(receiver.requests.map(({ path }) => path)).toEqual(['/sampling?service=unknown_service%3Anode']);
  expect(kept.spans.map(({ name }) => name)).toEqual(['work']);
});
