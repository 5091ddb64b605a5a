import { defaultTextMapSetter, ROOT_CONTEXT, trace, type TraceState } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { memoryExporter } from '../../src/export/memory-exporter.ts';
import { spanOfReadable } from '../../src/export/span-of-readable.ts';
import { traceContextPropagator } from '../../src/propagation/w3c-trace-context.ts';
import { createTracerProvider } from '../../src/provider.ts';
import { ratioSampler } from '../../src/sampling/ratio-sampler.ts';
import { SamplingDecision } from '../../src/sampling/sampler.ts';
import type { RecordingSpan } from '../../src/span/recording-span.ts';
import { toldFailures } from '../told-failures.ts';

const TRACE_ID = '0123456789abcdef'.repeat(2);
const SPAN_ID = 'fedcba9876543210';

test('null is no trace state, and what is none is left out, which is told once', async () => {
  const told = toldFailures();
  const throws = (): never => {
    throw new Error('theirs');
  };
  for (const given of [null, 'a=1', {}, { serialize: throws }, { serialize: () => 7 }]) {
    if (given !== null) expect(told.length).toBeLessThan(2);
    else expect(told).toEqual([]);
    const traceState = given as unknown as TraceState;
    const context = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, traceState };
    const parent = trace.setSpanContext(ROOT_CONTEXT, context);
    const sampler = { shouldSample: () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED, traceState }) };
    for (const options of [{}, { sampler }]) {
      const exporter = memoryExporter();
      const provider = createTracerProvider({ exporters: [exporter], ...options });
      const span = provider.getTracer('t').startSpan('s', { links: [{ context }] }, parent);
      for (const active of [parent, trace.setSpan(ROOT_CONTEXT, span)]) {
        const headers = {};
        traceContextPropagator().inject(active, headers, defaultTextMapSetter);
        expect(Object.keys(headers)).toEqual(['traceparent']);
      }
      span.end();
      await provider.forceFlush();
      expect(Object.fromEntries(provider.dropped)).toEqual({});
      const [exported] = exporter.spans;
      expect([exported?.traceId, exported?.traceState]).toEqual([TRACE_ID, '']);
      expect(exported?.links.map((link) => [link.traceId, link.traceState])).toEqual([[TRACE_ID, '']]);
      expect(spanOfReadable(span as RecordingSpan)).toMatchObject({ traceState: '', links: [{ traceState: '' }] });
    }
  }
  // Once in a process: another test may have been the first.
  expect(told).toEqual(told.slice(0, 1).fill(expect.stringContaining('a trace state is left out')));
});

test('of a context a trace state that cannot be read is left out', async () => {
  const exporter = memoryExporter();
  const provider = createTracerProvider({ exporters: [exporter] });
  const tracer = provider.getTracer('t');
  const context = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
  const throwing = (key: string): object => ({
    get [key]() {
      throw new Error('theirs');
    },
  });
  const unreadable = Object.defineProperties({ ...context }, Object.getOwnPropertyDescriptors(throwing('traceState')));
  const state = { ...context, traceState: throwing('serialize') as TraceState };
  tracer.startSpan('child', {}, trace.setSpanContext(ROOT_CONTEXT, state)).end();
  tracer.startSpan('linking', { links: [{ context: unreadable }] }, ROOT_CONTEXT).end();
  tracer.startSpan('root', {}, trace.setSpanContext(ROOT_CONTEXT, unreadable)).end();
  await provider.forceFlush();
  const [child, linking, root] = exporter.spans;
  expect([child?.traceId, child?.parentSpanId]).toEqual([TRACE_ID, SPAN_ID]);
  expect(linking?.links).toMatchObject([{ traceId: TRACE_ID, spanId: SPAN_ID, traceState: '' }]);
  expect(root?.parentSpanId).toBe('');
});

test('what is no trace state keeps no sampler from a decision', () => {
  const context = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, traceState: 'a=1' as never };
  const tracer = createTracerProvider({ sampler: ratioSampler(1) }).getTracer('t');
  expect(tracer.startSpan('s', {}, trace.setSpanContext(ROOT_CONTEXT, context)).isRecording()).toBe(true);
});

test.each([
  [TRACE_ID, SPAN_ID, TRACE_ID, SPAN_ID],
  [TRACE_ID.toUpperCase(), SPAN_ID.toUpperCase(), TRACE_ID, SPAN_ID],
  // 64 bits, as Zipkin and Datadog have them.
  [SPAN_ID, 'a', SPAN_ID.padStart(32, '0'), 'a'.padStart(16, '0')],
  [`${TRACE_ID}00000000`, `${SPAN_ID}00000000`, '', ''],
  ['not hexadecimal!', 'nor this', '', ''],
  ['', '', '', ''],
])('a link to %s, %s goes out with the ids %s, %s', async (traceId, spanId, sentTraceId, sentSpanId) => {
  const exporter = memoryExporter();
  const provider = createTracerProvider({ exporters: [exporter] });
  const span = provider.getTracer('t').startSpan('s', { links: [{ context: { traceId, spanId, traceFlags: 0 } }] });
  span.end();
  await provider.forceFlush();
  expect(exporter.spans[0]?.links).toMatchObject([{ traceId: sentTraceId, spanId: sentSpanId }]);
  expect(spanOfReadable(span as RecordingSpan).links).toMatchObject([{ traceId: sentTraceId, spanId: sentSpanId }]);
});
