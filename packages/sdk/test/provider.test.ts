import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { memoryExporter } from '../src/export/memory-exporter.ts';
import { createTracerProvider } from '../src/provider.ts';

test('attributes of a scope are exported with it, and scopes that differ in them alone are two', async () => {
  const exporter = memoryExporter();
  const provider = createTracerProvider({ exporters: [exporter] });
  const attributes = { 'library.part': 'pool', shards: [1, 2] };
  const tracer = provider.getTracer('db', '1.0.0', { schemaUrl: 'https://example.com/1', attributes });
  expect(provider.getTracer('db', '1.0.0', { schemaUrl: 'https://example.com/1', attributes })).toBe(tracer);
  tracer.startSpan('query').end();
  provider.getTracer('db', '1.0.0', { schemaUrl: 'https://example.com/1' }).startSpan('plain').end();
  await provider.forceFlush();
  expect(exporter.spans.map(({ name, scope }) => [name, scope.name, scope.schemaUrl, scope.attributes])).toEqual([
    [
      'query',
      'db',
      'https://example.com/1',
      new Map<string, unknown>([
        ['library.part', 'pool'],
        ['shards', [1n, 2n]],
      ]),
    ],
    ['plain', 'db', 'https://example.com/1', new Map()],
  ]);
});

test('after shutdown nothing is recorded, and the span context that came in goes out', async () => {
  const exporter = memoryExporter();
  const provider = createTracerProvider({ exporters: [exporter] });
  const tracer = provider.getTracer('t');
  await provider.shutdown();
  const incoming = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED };
  const span = tracer.startSpan('late', {}, trace.setSpanContext(ROOT_CONTEXT, incoming));
  expect([span.isRecording(), span.spanContext()]).toEqual([false, incoming]);
  span.end();
  expect(trace.isSpanContextValid(tracer.startSpan('late root', {}, ROOT_CONTEXT).spanContext())).toBe(false);
  expect(exporter.spans).toEqual([]);
});

test('a sampler that throws samples nothing and disturbs nobody', () => {
  const provider = createTracerProvider({
    sampler: {
      shouldSample: () => {
        throw new Error('no');
      },
    },
  });
  expect(provider.getTracer('t').startSpan('s').isRecording()).toBe(false);
});
