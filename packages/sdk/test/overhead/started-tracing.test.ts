import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';

import { memoryExporter, startTracing, type StartTracingOptions, type Tracing } from '../../src/index.ts';
import { startHttpReceiver } from '../export/http-receiver.ts';

const started: Tracing[] = [];

function start(options: StartTracingOptions = {}): Tracing {
  const tracing = startTracing({ exporters: [], resource: { detectors: [] }, logLevel: 'none', ...options });
  started.push(tracing);
  return tracing;
}

afterEach(async () => {
  for (const tracing of started.splice(0)) await tracing.shutdown();
  vi.unstubAllEnvs();
});

test('it measures what runs by default: spans, contexts, headers; and keeps its numbers after the shutdown', async () => {
  const exporter = memoryExporter();
  const tracing = start({ customExporters: [exporter] });
  const tracer = trace.getTracer('t');
  for (let n = 0; n < 50; n++) {
    const carrier: Record<string, string> = {};
    tracer.startActiveSpan('outer', (outer) => {
      propagation.inject(context.active(), carrier);
      outer.setAttribute('n', n).end();
    });
    const extracted = propagation.extract(ROOT_CONTEXT, carrier);
    tracer.startSpan('inner', {}, extracted).end();
  }
  await tracing.shutdown();
  expect(exporter.spans.length).toBe(100);
  const snapshot = tracing.overhead?.snapshot();
  expect(snapshot?.startedSpans.filter(({ spanCount }) => spanCount > 0)).toEqual([
    { samplingResult: 'RECORD_AND_SAMPLE', parentOrigin: 'none', spanCount: 50 },
    { samplingResult: 'RECORD_AND_SAMPLE', parentOrigin: 'remote', spanCount: 50 },
  ]);
  expect(snapshot?.parts.context.operations['startSpan']).toEqual({ count: 100, isExtrapolated: false });
  // Exports and the end of tracing enter contexts, too.
  expect(snapshot?.parts.context.operations['enter']?.count).toBeGreaterThanOrEqual(50);
  expect(snapshot?.parts.propagation.operations).toMatchObject({ inject: { count: 50 }, extract: { count: 50 } });
  expect(snapshot?.queues).toMatchObject([{ exportedSpanCount: 100, inFlightSpanCount: 0, spanCount: 0 }]);
  for (const { cpuNano } of Object.values(snapshot?.parts ?? {})) expect(cpuNano).toBeGreaterThan(0);
  expect(snapshot?.monitor.timedCallCount).toBeGreaterThan(8);
  expect(tracing.overhead?.prometheusText()).toContain('\notel_sdk_span_started_total{');
});

test.each([
  ['by the object', { overhead: false }, {}],
  ['by a variable', {}, { OTEL_THROUGHLINE_OVERHEAD_DISABLED: 'true' }],
  ['without tracing', { disabled: true }, {}],
])('off %s there is nothing, and tracing works', async (_, options, environment) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const exporter = memoryExporter();
  const tracing = start({ ...options, customExporters: [exporter] });
  expect(tracing.overhead).toBeUndefined();
  trace.getTracer('t').startActiveSpan('s', (span) => {
    propagation.inject(context.active(), {});
    span.setAttribute('a', 1).end();
  });
  await tracing.forceFlush();
  expect(exporter.spans.length).toBe('disabled' in options ? 0 : 1);
});

test('each start measures anew', async () => {
  const first = start();
  trace.getTracer('t').startSpan('s').end();
  await first.shutdown();
  const second = start();
  trace.getTracer('t').startSpan('s').end();
  for (const { overhead } of [first, second]) {
    expect(overhead?.snapshot().parts.context.operations['startSpan']?.count).toBe(1);
  }
});

test.each([
  ['on the application’s thread', false],
  ['in a thread of its own', true],
])('an exporter over HTTP %s is timed where it works', async (_, worker) => {
  await using receiver = await startHttpReceiver();
  const tracing = start({ exporters: [{ type: 'otlp', endpoint: receiver.origin, worker }] });
  for (let n = 0; n < 20; n++) trace.getTracer('t').startSpan('s', { attributes: { n } }).end();
  await tracing.shutdown();
  const [queue] = tracing.overhead?.snapshot().queues ?? [];
  expect(queue).toMatchObject({ exportedSpanCount: 20, failedSpanCounts: {}, durations: [{ count: 1 }] });
  expect(queue?.exporterType).toBe(worker ? 'worker-otlp' : 'otlp_http_span_exporter');
  expect(queue?.sendingCpuNano).toBeGreaterThan(0);
  // Node.js tells it from 23.9 on.
  const canTell = worker && typeof process.threadCpuUsage === 'function';
  expect(queue?.threadCpuNano === undefined ? 0 : Math.sign(queue.threadCpuNano)).toBe(canTell ? 1 : 0);
});
