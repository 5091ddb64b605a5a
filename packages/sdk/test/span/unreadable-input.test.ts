import {
  type Attributes,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { memoryExporter, type MemoryExporter } from '../../src/export/memory-exporter.ts';
import { traceContextPropagator } from '../../src/propagation/w3c-trace-context.ts';
import { createTracerProvider } from '../../src/provider.ts';
import { toldFailures } from '../told-failures.ts';

const TRACE_ID = '1'.repeat(32);
const SPAN_ID = '2'.repeat(16);
const CONTEXT = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };

/** Where the API wants something else: applications without types give anything. */
function throwing(key: string, rest: object = {}): never {
  return Object.defineProperty(rest, key, {
    enumerable: true,
    get: () => {
      throw new Error('theirs');
    },
  }) as never;
}

function revoked(target: object = {}): never {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy as never;
}

function started() {
  const exporter = memoryExporter();
  const provider = createTracerProvider({ exporters: [exporter] });
  const spans = async (): Promise<MemoryExporter['spans']> => {
    await provider.forceFlush();
    expect(Object.fromEntries(provider.dropped)).toEqual({});
    return exporter.spans;
  };
  return { tracer: provider.getTracer('t'), spans };
}

test.each<[string, (span: Span) => unknown]>([
  ['an attribute with a getter', (span) => span.setAttribute('k', throwing('a'))],
  ['an attribute with one deep inside', (span) => span.setAttribute('k', { in: [throwing('a')] })],
  ['an attribute of a revoked proxy', (span) => span.setAttribute('k', revoked())],
  ['a list of a revoked proxy', (span) => span.setAttribute('k', revoked([]))],
  ['bytes that are none', (span) => span.setAttribute('k', Object.create(Uint8Array.prototype) as never)],
  ['the context of a link', (span) => span.addLink(throwing('context'))],
  ['an id of a link', (span) => span.addLink({ context: throwing('traceId', { spanId: SPAN_ID }) })],
  ['a list of links', (span) => span.addLinks(revoked([]))],
  ['the code of a status', (span) => span.setStatus(throwing('code'))],
  ['a status', (span) => span.setStatus(revoked())],
  ['an exception', (span) => span.recordException(revoked())],
])('%s that cannot be read is left out, which is told once, and the rest is kept', async (_, use) => {
  const told = toldFailures();
  const { tracer, spans } = started();
  const span = tracer.startSpan('s');
  use(span);
  use(span);
  expect(told).toEqual([expect.stringContaining('a span leaves out'), ...told.slice(1)]);
  expect(new Set(told).size).toBe(told.length);
  span.setAttribute('later', 1).addLink({ context: CONTEXT }).setStatus({ code: SpanStatusCode.OK }).end();
  const [{ attributes, links, status, events } = {} as never] = await spans();
  expect(attributes).toEqual(new Map([['later', 1n]]));
  expect([links.length, status.code, events]).toEqual([1, SpanStatusCode.OK, []]);
});

test('of an event what cannot be read is left out', async () => {
  const { tracer, spans } = started();
  const span = tracer.startSpan('s');
  span.addEvent('e', { list: revoked([]), n: 1 });
  span.addEvent('f', revoked());
  span.end();
  const [{ events } = {} as never] = await spans();
  expect(events.map(({ name, attributes }) => [name, [...attributes]])).toEqual([
    ['e', [['n', 1n]]],
    ['f', []],
  ]);
});

test('of a link and a status what can be read is kept', async () => {
  const { tracer, spans } = started();
  const links = [throwing('attributes', { context: CONTEXT }), throwing('context')];
  const span = tracer.startSpan('s', { links });
  span.setStatus(throwing('message', { code: SpanStatusCode.ERROR })).end();
  const [exported] = await spans();
  expect(exported?.links.map(({ traceId }) => traceId)).toEqual([TRACE_ID]);
  expect(exported?.droppedLinksCount).toBe(1);
  expect(exported?.status).toEqual({ code: SpanStatusCode.ERROR, message: '' });
});

test.each(['code', 'name', 'message', 'stack'])('of an exception whose %s throws the rest is kept', async (key) => {
  const told = toldFailures();
  const { tracer, spans } = started();
  const span = tracer.startSpan('s');
  const error = { name: 'RangeError', message: 'too far', stack: 'at a' };
  span.recordException(throwing(key, { ...error }));
  span.end();
  const all = { 'exception.type': error.name, 'exception.message': error.message, 'exception.stacktrace': error.stack };
  const lost = { name: 'exception.type', message: 'exception.message', stack: 'exception.stacktrace', code: '' }[key];
  const [exported] = await spans();
  expect(exported?.events[0]?.attributes).toEqual(new Map(Object.entries(all).filter(([name]) => name !== lost)));
  expect(told).toEqual([expect.stringContaining('cannot be read')]);
});

test.each<[string, unknown]>([
  ['a date but by its prototype', Object.create(Date.prototype)],
  ['a revoked proxy', revoked()],
  ['a list that throws', throwing('0', [0, 0])],
])('%s as a time is now', async (_, time) => {
  const { tracer, spans } = started();
  const before = Date.now() - 1000;
  const span = tracer.startSpan('s', { startTime: time as never });
  span.addEvent('e', {}, time as never).addEvent('f', time as never);
  span.end(time as never);
  expect(span.isRecording()).toBe(false);
  const [{ startTimeUnixNano, endTimeUnixNano, events } = {} as never] = await spans();
  for (const nano of [startTimeUnixNano, endTimeUnixNano, ...events.map(({ timeUnixNano }) => timeUnixNano)]) {
    expect(Number(nano) / 1e6).toBeGreaterThan(before);
  }
});

test.each<[string, () => unknown]>([
  ['answers nothing', () => undefined],
  ['throws', () => throwing('x')['x']],
  ['answers what cannot be read', () => throwing('traceId')],
])('below a parent whose span context %s a span is a root, and it is written nowhere', async (_, spanContext) => {
  const { tracer, spans } = started();
  const parent = trace.setSpan(ROOT_CONTEXT, { spanContext } as never);
  tracer.startSpan('s', {}, parent).end();
  expect((await spans()).map(({ parentSpanId }) => parentSpanId)).toEqual(['']);
  const headers = {};
  traceContextPropagator().inject(parent, headers, defaultTextMapSetter);
  expect(headers).toEqual({});
});

test('null is the active context, and without a function nothing is started', async () => {
  const told = toldFailures();
  const { tracer, spans } = started();
  tracer.startSpan('a', {}, null as never).end();
  tracer.startActiveSpan('b', {}, null as never, (span) => span.end());
  for (const rest of [[], [{}], [{}, ROOT_CONTEXT], [null, null, null]]) {
    expect(tracer.startActiveSpan('c', ...(rest as [never]))).toBe(undefined);
  }
  expect((await spans()).map(({ name }) => name)).toEqual(['a', 'b']);
  expect(told).toEqual([expect.stringContaining('startActiveSpan does nothing without a function')]);
});

test.each<[string, (span: Span) => unknown]>([
  ['a bigint', (span) => span.setAttribute('n', 10n)],
  ['a date', (span) => span.setAttribute('n', new Date())],
  ['an empty key', (span) => span.setAttribute('', 1)],
  ['a number as exception', (span) => span.recordException(42 as never)],
  ['nothing as exception', (span) => span.recordException(null as never)],
  ['an exception that says nothing', (span) => span.recordException({} as never)],
  ['a link that is none', (span) => span.addLink({} as never)],
  ['a status that is none', (span) => span.setStatus({} as never)],
])('%s is left out, which is told once for each provider', (_, use) => {
  const told = toldFailures();
  for (let i = 0; i < 2; i++) {
    const { tracer } = started();
    for (let j = 0; j < 3; j++) use(tracer.startSpan('s'));
  }
  expect(told).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('a span leaves out')));
});

test.each([
  ['', (bytes: Uint8Array) => bytes],
  [' in a map', (bytes: Uint8Array) => ({ in: [bytes] })],
])('bytes of a pooled buffer%s are those of the time they were set', async (_, value) => {
  const { tracer, spans } = started();
  const bytes = Buffer.from('before');
  const span = tracer.startSpan('s', { attributes: { start: value(bytes) } });
  span.setAttribute('set', value(bytes));
  bytes.write('behind');
  span.end();
  const [exported] = await spans();
  const texts = JSON.stringify([...(exported?.attributes ?? [])], (_key, part: unknown) => {
    if (part instanceof Map) return [...part.values()];
    return part instanceof Uint8Array ? new TextDecoder().decode(part) : part;
  });
  expect(texts.match(/before|behind/g)).toEqual(['before', 'before']);
});

test('what an event cannot have is not read', () => {
  const { tracer } = started();
  let readCount = 0;
  const large = {
    get member() {
      return ++readCount;
    },
  };
  const attributes: object = { large, list: [large, large] };
  tracer.startSpan('s').addEvent('e', attributes as Attributes);
  expect(readCount).toBe(0);
});
