import { type Attributes, ROOT_CONTEXT, type Span, trace, TraceFlags } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';

import { memoryExporter } from '../src/export/memory-exporter.ts';
import { parentBasedSampler } from '../src/sampling/parent-based-sampler.ts';
import { createTracerProvider, type ExportPipeline } from '../src/provider.ts';
import { SamplingDecision } from '../src/sampling/sampler.ts';
import { xRayIdGenerator } from '../src/span/id-generator.ts';
import { toldFailures } from './told-failures.ts';

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

const throwing = {
  shouldSample: () => {
    throw new Error('no');
  },
};
const unreadable = (key: string): object =>
  Object.defineProperty({ decision: SamplingDecision.RECORD_AND_SAMPLED }, key, {
    get: () => {
      throw new Error('not readable');
    },
  });
test.for([
  ['throws', throwing],
  ['is the root of another and throws', parentBasedSampler({ root: throwing })],
  ['answers nothing', { shouldSample: () => undefined }],
  ['answers null', { ...throwing, decide: () => null }],
  ['answers later', { shouldSample: async () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED }) }],
  [
    'fails later',
    {
      shouldSample: async () => {
        throw new Error('no');
      },
    },
  ],
  ['answers what cannot be read', { ...throwing, decide: () => unreadable('traceState') }],
  ['throws where only the parent counts', { ...throwing, decide: throwing.shouldSample }],
])('a sampler that %s samples nothing and disturbs nobody', ([, sampler]) => {
  // Samplers of applications without types answer anything.
  const provider = createTracerProvider({ sampler: sampler as never });
  expect(provider.getTracer('t').startSpan('s').isRecording()).toBe(false);
});

/** What programs without types pass where the API wants something else. */
const odd: readonly unknown[] = [undefined, null, 7, {}, [], Symbol('s'), Object.create(null), () => {}, 10n];

test('whatever it is given, the API throws nothing and no other span is lost', async () => {
  const exporter = memoryExporter();
  const other = memoryExporter();
  for (const exporters of [[exporter], [exporter, other]]) {
    exporter.clear();
    const provider = createTracerProvider({ exporters, batch: { maxBatchSpans: 100_000, maxQueueSpans: 100_000 } });
    const tracer = provider.getTracer('t', undefined, null as never);
    let count = 0;
    const spanWith = (use: (span: Span, value: never) => unknown, value: unknown): void => {
      const span = tracer.startSpan('odd', null as never);
      use(span, value as never);
      span.end();
      tracer.startSpan('good').end();
      count++;
    };
    const throwingAttributes: Attributes = {
      get bad(): string {
        throw new Error('theirs');
      },
    };
    for (const value of [...odd, throwingAttributes]) {
      spanWith((span, name) => span.updateName(name), value);
      spanWith((span, name) => span.addEvent(name, name, name), value);
      spanWith((span, link) => span.addLink(link), value);
      spanWith((span, context) => span.addLink({ context }), value);
      const ids = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
      spanWith((span, traceState) => span.addLink({ context: { ...ids, traceState } }), value);
      spanWith((span, links) => span.addLinks(links), value);
      spanWith((span, status) => span.setStatus(status), value);
      spanWith((span, attributes) => span.setAttributes(attributes), value);
      spanWith((span, key) => span.setAttribute(key, 1).setAttribute('later', 2), value);
      spanWith((span, exception) => span.recordException(exception), value);
      spanWith((span, code) => span.recordException({ code, message: 'm' }), value);
      spanWith((span, time) => span.end(time), value);
      tracer.startSpan(value as never).end();
      tracer.startSpan('odd', value as never).end();
      tracer.startSpan('odd', { attributes: value as never, links: value as never, startTime: value as never }).end();
    }
    await provider.forceFlush();
    expect(exporter.spans.filter(({ name }) => name === 'good')).toHaveLength(count);
    expect(Object.fromEntries(provider.dropped)).toEqual({});
    const later = exporter.spans.filter(({ attributes }) => attributes.has('later'));
    expect(later).toHaveLength(odd.length + 1);
  }
});

test('a span that has no encoding is counted, and no other is lost', async () => {
  const exporter = memoryExporter();
  const other = memoryExporter();
  for (const exporters of [[exporter], [exporter, other]]) {
    exporter.clear();
    const provider = createTracerProvider({ exporters });
    const tracer = provider.getTracer('t');
    let readCount = 0;
    const context = {
      get traceId(): string {
        if (++readCount > 1) throw new Error('theirs');
        return '1'.repeat(32);
      },
      spanId: '2'.repeat(16),
      traceFlags: 1,
    };
    tracer.startSpan('before').end();
    tracer.startSpan('odd', { links: [{ context }] }).end();
    tracer.startSpan('after').end();
    await provider.forceFlush();
    expect(exporter.spans.map(({ name }) => name)).toEqual(['before', 'after']);
    expect(Object.fromEntries(provider.dropped)).toEqual({ encoding_failed: exporters.length });
  }
});

test.each([
  ['by itself', (exporter: InMemorySpanExporter): InMemorySpanExporter | ExportPipeline => exporter],
  ['with bounds', (exporter: InMemorySpanExporter): InMemorySpanExporter | ExportPipeline => ({ exporter, batch: {} })],
])('an exporter of the official SDK is one, %s', async (_, of) => {
  const exporter = new InMemorySpanExporter();
  const provider = createTracerProvider({ exporters: [of(exporter)] });
  provider.getTracer('t').startSpan('s').end();
  await provider.forceFlush();
  expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['s']);
});

test('a tracer has texts whatever it is asked for by, and one without a name is told once', async () => {
  const told = toldFailures();
  const exporter = memoryExporter();
  const provider = createTracerProvider({ exporters: [exporter] });
  for (const odd of [null, undefined, '', 10n, Symbol('s'), {}]) {
    const tracer = provider.getTracer(odd as never, odd as never, { schemaUrl: odd as never });
    tracer.startSpan('s').end();
  }
  await provider.forceFlush();
  expect(Object.fromEntries(provider.dropped)).toEqual({});
  expect(exporter.spans.map(({ scope }) => [scope.name, scope.version, scope.schemaUrl])).toEqual(
    ['', '', '', '10', 'Symbol(s)', '[object Object]'].map((text) => [text, text, text]),
  );
  expect(told).toEqual([expect.stringContaining('without a name')]);
});

test('ids are those of the generator, and only it says that they are random', () => {
  const xRay = createTracerProvider({ idGenerator: xRayIdGenerator(() => 1_700_000_000_123) });
  const root = xRay.getTracer('t').startSpan('s').spanContext();
  expect(root.traceId.slice(0, 8)).toBe(Math.floor(1_700_000_000).toString(16));
  expect(root.traceFlags).toBe(TraceFlags.SAMPLED | 2);
  const fixed = { generateTraceId: () => 'a'.repeat(32), generateSpanId: () => 'b'.repeat(16) };
  const tracer = createTracerProvider({ idGenerator: fixed }).getTracer('t');
  expect(tracer.startSpan('s').spanContext()).toEqual({
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    traceFlags: TraceFlags.SAMPLED,
  });
  const child = tracer.startSpan('c', {}, trace.setSpanContext(ROOT_CONTEXT, root)).spanContext();
  expect([child.traceId, child.spanId]).toEqual([root.traceId, 'b'.repeat(16)]);
  const broken = { generateTraceId: () => 'no', generateSpanId: () => 'ZZ' };
  const own = createTracerProvider({ idGenerator: broken }).getTracer('t').startSpan('s').spanContext();
  expect(trace.isSpanContextValid(own)).toBe(true);
});

test('times and delays that are too long for a timer are as long as a timer can be', async () => {
  const exporter = memoryExporter();
  let exportCount = 0;
  const counted = {
    ...exporter,
    export: async (...of: Parameters<typeof exporter.export>) => {
      exportCount++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return exporter.export(...of);
    },
  };
  const batch = { scheduledDelayMs: 9_999_999_999, exportTimeoutMs: 9_999_999_999 };
  const provider = createTracerProvider({ exporters: [counted], batch });
  for (let i = 0; i < 3; i++) {
    provider.getTracer('t').startSpan('s').end();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await provider.forceFlush();
  expect(exportCount).toBe(1);
  expect(Object.fromEntries(provider.dropped)).toEqual({});
});
