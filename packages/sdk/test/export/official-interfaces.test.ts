import { context, ROOT_CONTEXT, type Span as ApiSpan, SpanKind, trace, type TracerProvider } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  createAlwaysRecordSampler,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  SamplingDecision as OfficialDecision,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider as OfficialProvider,
} from '@opentelemetry/sdk-trace';
import { decodeOtlpProtobuf } from '@throughline/wire';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

import {
  asOfficialExporter,
  AsyncContextManager,
  createTracerProvider,
  memoryExporter,
  officialExporter,
  otlpHttpExporter,
  parseTraceState,
  ratioSampler,
} from '../../src/index.ts';
import { startHttpReceiver } from './http-receiver.ts';

beforeAll(() => context.setGlobalContextManager(new AsyncContextManager()));
afterAll(() => context.disable());
afterEach(() => vi.restoreAllMocks());

const RESOURCE = { 'service.name': 'shop', 'host.cpus': 4 };
const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.44.0';
const REMOTE = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: 1,
  isRemote: true,
  traceState: parseTraceState('vendor=1')!,
};

/** The same spans from any provider: a remote parent, a child, every kind of attribute, event, link and status. */
function makeSpans(provider: TracerProvider): void {
  const tracer = provider.getTracer('checkout', '2.0', { schemaUrl: SCHEMA_URL });
  const parent = trace.setSpanContext(ROOT_CONTEXT, REMOTE);
  const server = tracer.startSpan(
    'GET /cart',
    { kind: SpanKind.SERVER, startTime: [1_700_000_000, 123_456_789], attributes: { a: 'x', n: -3, f: 0.1 } },
    parent,
  );
  const child = tracer.startSpan(
    'db',
    { kind: SpanKind.CLIENT, startTime: [1_700_000_001, 1] },
    trace.setSpan(parent, server),
  );
  child.setAttributes({
    list: ['a', null, 'b'],
    flags: [true],
    map: { deep: { n: 1 } },
    bytes: new Uint8Array([1, 2]),
  });
  child.addEvent('retry', { attempt: 2 }, [1_700_000_001, 2]);
  child.recordException(new TypeError('no'), [1_700_000_001, 3]);
  child.addLink({ context: REMOTE, attributes: { of: 'link' } });
  child.setStatus({ code: 2, message: 'failed' });
  child.end([1_700_000_001, 5]);
  server.setStatus({ code: 1 });
  server.end([1_700_000_002, 0]);
  provider
    .getTracer('bare')
    .startSpan('root', { startTime: [1_700_000_003, 0], root: true })
    .end([1_700_000_003, 0]);
}

function officialProvider(...spanProcessors: SimpleSpanProcessor[]): OfficialProvider {
  return new OfficialProvider({ resource: resourceFromAttributes(RESOURCE), spanProcessors });
}

/** Every field of the interface as plain data; ids, which are random, by their places, and the flag that is ours. */
function plain(spans: readonly ReadableSpan[]): unknown {
  const ids: string[] = [REMOTE.traceId, REMOTE.spanId];
  const known = (id: string): number => (ids.includes(id) ? ids.indexOf(id) : ids.push(id) - 1);
  const contextOf = (spanContext: ReturnType<ReadableSpan['spanContext']> | undefined) =>
    spanContext && {
      traceId: known(spanContext.traceId),
      spanId: known(spanContext.spanId),
      traceFlags: spanContext.traceFlags & 1,
      isRemote: spanContext.isRemote ?? false,
      traceState: spanContext.traceState?.serialize(),
    };
  return spans.map((span) => ({
    name: span.name,
    kind: span.kind,
    context: contextOf(span.spanContext()),
    parent: contextOf(span.parentSpanContext),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    status: span.status,
    attributes: span.attributes,
    links: span.links.map((link) => ({ ...link, context: contextOf(link.context) })),
    events: span.events.map(({ attributes, ...event }) => ({
      ...event,
      // The stack shows whoever called.
      attributes: { ...attributes, 'exception.stacktrace': undefined },
    })),
    ended: span.ended,
    resource: span.resource.attributes,
    rawResource: span.resource.getRawAttributes(),
    merged: span.resource.merge(resourceFromAttributes({ 'service.name': 'other' })).attributes,
    pending: span.resource.asyncAttributesPending ?? false,
    scope: span.instrumentationScope,
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
  }));
}

function expectedSpans(): unknown {
  const exporter = new InMemorySpanExporter();
  makeSpans(officialProvider(new SimpleSpanProcessor({ exporter })));
  return plain(exporter.getFinishedSpans());
}

test('a processor gets spans that have every field as the official ones do', () => {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  makeSpans(createTracerProvider({ resource: { attributes: RESOURCE }, spanProcessors }));
  expect(plain(exporter.getFinishedSpans())).toEqual(expectedSpans());
});

test('so does an exporter behind our queue', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = createTracerProvider({
    resource: { attributes: RESOURCE },
    exporters: [officialExporter(exporter)],
  });
  makeSpans(provider);
  await provider.forceFlush();
  expect(plain(exporter.getFinishedSpans())).toEqual(expectedSpans());
});

test('what the console exporter prints is the same', async () => {
  const dir = vi.spyOn(console, 'dir').mockImplementation(() => {});
  const printed = (): string => {
    const ids = new Map<string, string>();
    const text = JSON.stringify(dir.mock.calls, (key, value: unknown) => {
      if (key === 'exception.stacktrace') return undefined;
      return key === 'traceFlags' && typeof value === 'number' ? value & 1 : value;
    });
    dir.mockClear();
    return text.replaceAll(
      /"[0-9a-f]{16,32}"/g,
      (id) => ids.get(id) ?? (ids.set(id, `"id ${ids.size}"`), ids.get(id)!),
    );
  };
  makeSpans(officialProvider(new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })));
  const expected = printed();
  expect(expected).toContain('GET /cart');

  const exporter = new ConsoleSpanExporter();
  makeSpans(
    createTracerProvider({
      resource: { attributes: RESOURCE },
      spanProcessors: [new SimpleSpanProcessor({ exporter })],
    }),
  );
  expect(printed()).toBe(expected);
});

test('the official OTLP exporter sends what ours does, behind its own processor and behind our queue', async () => {
  await using receiver = await startHttpReceiver();
  const official = (path: string) => new OTLPTraceExporter({ url: `${receiver.origin}/${path}` });
  const provider = createTracerProvider({
    resource: { attributes: RESOURCE, schemaUrl: SCHEMA_URL },
    spanProcessors: [new BatchSpanProcessor({ exporter: official('processor') })],
    exporters: [officialExporter(official('queue')), otlpHttpExporter({ tracesEndpoint: `${receiver.origin}/ours` })],
  });
  makeSpans(provider);
  await provider.shutdown();
  const sent = Object.fromEntries(receiver.requests.map(({ path, body }) => [path, decodeOtlpProtobuf(body).spans]));
  expect(sent['/ours']?.length).toBe(3);
  expect(sent['/queue']).toEqual(sent['/ours']);
  expect(sent['/processor']).toEqual(sent['/ours']);
});

test('official samplers decide for us', () => {
  const sampler = new ParentBasedSampler({
    root: new TraceIdRatioBasedSampler(0.5),
    remoteParentSampled: new AlwaysOffSampler(),
  });
  const tracer = createTracerProvider({ sampler }).getTracer('t');
  const sampledOf = (span: ApiSpan) => (span.spanContext().traceFlags & 1) === 1;
  const ratio = new TraceIdRatioBasedSampler(0.5);
  const roots = Array.from({ length: 100 }, () => tracer.startSpan('root', { root: true }));
  const expected = roots.map(
    (root) =>
      ratio.shouldSample(ROOT_CONTEXT, root.spanContext().traceId).decision === OfficialDecision.RECORD_AND_SAMPLED,
  );
  expect(roots.map(sampledOf)).toEqual(expected);
  expect(new Set(expected).size).toBe(2);
  expect(roots.map((root) => sampledOf(tracer.startSpan('c', {}, trace.setSpan(ROOT_CONTEXT, root))))).toEqual(
    expected,
  );
  expect(sampledOf(tracer.startSpan('c', {}, trace.setSpanContext(ROOT_CONTEXT, REMOTE)))).toBe(false);
});

test('a sampler that only records: processors see the span, exporters do not', async () => {
  const seen = new InMemorySpanExporter();
  const onEnd = vi.fn();
  const kept = memoryExporter();
  const provider = createTracerProvider({
    sampler: createAlwaysRecordSampler(new AlwaysOffSampler()),
    spanProcessors: [new SimpleSpanProcessor({ exporter: seen }), { ...inertProcessor, onEnd }],
    exporters: [kept],
  });
  const span = provider.getTracer('t').startSpan('s');
  expect(span.isRecording()).toBe(true);
  span.end();
  await provider.forceFlush();
  expect([onEnd.mock.calls.length, seen.getFinishedSpans().length, kept.spans.length]).toEqual([1, 0, 0]);
});

test('our samplers decide for the official provider', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new OfficialProvider({
    sampler: ratioSampler(0.5),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const roots = Array.from({ length: 100 }, () => provider.getTracer('t').startSpan('root'));
  for (const root of roots) root.end();
  const finished = exporter.getFinishedSpans();
  // By the lower 56 bits of the trace id, the first of which decides at one half.
  const expected = roots.filter((root) => /^.{18}[8-f]/.test(root.spanContext().traceId)).length;
  expect(finished.length).toBe(expected);
  expect(expected % 100).toBeGreaterThan(0);
  expect(finished[0]?.spanContext().traceState?.serialize()).toBe('ot=th:8');
});

test('our exporters work behind the official processors', async () => {
  const kept = memoryExporter();
  const inMemory = new InMemorySpanExporter();
  makeSpans(
    officialProvider(
      new SimpleSpanProcessor({ exporter: asOfficialExporter(kept) }),
      new SimpleSpanProcessor({ exporter: inMemory }),
    ),
  );
  await vi.waitFor(() => expect(kept.spans.length).toBe(3));
  const bytes = ProtobufTraceSerializer.serializeRequest(inMemory.getFinishedSpans());
  expect(bytes).toBeDefined();
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  expect(kept.spans.toSorted(byName)).toEqual(decodeOtlpProtobuf(bytes!).spans.toSorted(byName));
});

test('what our exporter drops is an error of the official export', async () => {
  const kept = memoryExporter({ maxSpans: 1 });
  const failed = Promise.withResolvers<string>();
  const inMemory = new InMemorySpanExporter();
  makeSpans(officialProvider(new SimpleSpanProcessor({ exporter: inMemory })));
  asOfficialExporter(kept).export(inMemory.getFinishedSpans(), ({ code, error }) =>
    failed.resolve(`${code} ${error?.message}`),
  );
  expect(await failed.promise).toBe('1 memory: 2 spans were dropped: memory: 1 spans are kept at most');
});

const inertProcessor = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
};
