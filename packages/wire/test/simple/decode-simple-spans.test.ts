import { type Span, SpanKind, StatusCode } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import { DecodeError } from '../../src/decode-error.ts';
import { decodeSimpleSpans } from '../../src/simple/decode-simple-spans.ts';

const minimal = { trace_id: '1f', span_id: '2', start_time: 1_700_000_000 };

/** The one span that the list of this one element gives. */
function decodeOne(fields: Readonly<Record<string, unknown>>): Span {
  const { spans, rejected } = decodeSimpleSpans([{ ...minimal, ...fields }]);
  expect(rejected).toEqual({});
  const [span] = spans;
  if (span === undefined) throw new Error('no span');
  return span;
}

test('every field of the contract', () => {
  const span = decodeOne({
    trace_id: '0AF7651916CD43DD8448EB211C80319C',
    span_id: '00F067AA0BA902B7',
    parent_span_id: 'b7',
    operation_name: 'GET /cart',
    service_name: 'frontend',
    start_time: 1_700_000_000.25,
    end_time: '2023-11-14T22:13:21.000000001Z',
    kind: 'server',
    status: 'error',
    status_message: 'boom',
    attributes: { 'http.response.status_code': 500, ratio: 0.5, ok: false, list: ['a', 1], map: { k: null } },
    resource_attributes: { 'host.name': 'h1' },
    events: [{ name: 'retry', timestamp: 1_700_000_000.5, attributes: { n: 2 } }],
    links: [{ trace_id: 'ff', span_id: 'ee', attributes: { why: 'batch' } }],
  });
  expect(span).toEqual({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: '00f067aa0ba902b7',
    parentSpanId: '00000000000000b7',
    traceState: '',
    flags: 0,
    name: 'GET /cart',
    kind: SpanKind.SERVER,
    startTimeUnixNano: 1_700_000_000_250_000_000n,
    endTimeUnixNano: 1_700_000_001_000_000_001n,
    attributes: new Map<string, unknown>([
      ['http.response.status_code', 500n],
      ['ratio', 0.5],
      ['ok', false],
      ['list', ['a', 1n]],
      ['map', new Map([['k', null]])],
    ]),
    droppedAttributesCount: 0,
    events: [
      {
        timeUnixNano: 1_700_000_000_500_000_000n,
        name: 'retry',
        attributes: new Map([['n', 2n]]),
        droppedAttributesCount: 0,
      },
    ],
    droppedEventsCount: 0,
    links: [
      {
        traceId: `${'0'.repeat(30)}ff`,
        spanId: `${'0'.repeat(14)}ee`,
        traceState: '',
        flags: 0,
        attributes: new Map([['why', 'batch']]),
        droppedAttributesCount: 0,
      },
    ],
    droppedLinksCount: 0,
    status: { code: StatusCode.ERROR, message: 'boom' },
    resource: {
      attributes: new Map([
        ['service.name', 'frontend'],
        ['host.name', 'h1'],
      ]),
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: { name: '', version: '', attributes: new Map(), droppedAttributesCount: 0, schemaUrl: '' },
    weight: 1,
  });
});

test('the other names: name, tags, logs with fields', () => {
  const span = decodeOne({
    name: 'work',
    tags: { a: 'b' },
    logs: [
      { timestamp: 1_700_000_001, fields: { event: 'started', level: 'info' } },
      { time: 1_700_000_002, name: 'done' },
    ],
  });
  expect(span.name).toBe('work');
  expect(span.attributes).toEqual(new Map([['a', 'b']]));
  expect(span.events).toEqual([
    {
      timeUnixNano: 1_700_000_001_000_000_000n,
      name: 'started',
      attributes: new Map([['level', 'info']]),
      droppedAttributesCount: 0,
    },
    { timeUnixNano: 1_700_000_002_000_000_000n, name: 'done', attributes: new Map(), droppedAttributesCount: 0 },
  ]);
});

test.each<[Readonly<Record<string, unknown>>, string, Readonly<Record<string, unknown>>]>([
  [{ message: 'm', level: 'info', n: 1 }, 'm', { level: 'info', n: 1n }],
  [{ event: 'e', message: 'm' }, 'e', { message: 'm' }],
  [{ name: 'n', event: 'e', message: 'm' }, 'n', { event: 'e', message: 'm' }],
  [{ name: null, message: 'm' }, 'm', {}],
  [{ name: '', message: 'm' }, '', { message: 'm' }],
  [{ name: ['x'], message: 'm' }, '', { name: ['x'], message: 'm' }],
  [{ message: 5 }, '', { message: 5n }],
  [{ message: 'm', level: 'info', fields: { event: 'e', level: 'debug' } }, 'e', { level: 'debug', message: 'm' }],
  [{ attributes: { a: 1, b: 2 }, fields: { b: 3, c: 4 }, c: 5, d: 6 }, '', { a: 1n, b: 2n, c: 4n, d: 6n }],
])('a log %j loses nothing', (log, name, attributes) => {
  for (const list of ['logs', 'events']) {
    const [event] = decodeOne({ [list]: [{ timestamp: 1_700_000_001, ...log }] }).events;
    expect(event).toEqual({
      timeUnixNano: 1_700_000_001_000_000_000n,
      name,
      attributes: new Map(Object.entries(attributes)),
      droppedAttributesCount: 0,
    });
  }
});

test('attributes and tags, and events and logs, are joined; attributes count first', () => {
  const span = decodeOne({
    attributes: { a: 1, both: 'attribute' },
    tags: { b: 2, both: 'tag' },
    events: [{ name: 'event' }],
    logs: [{ message: 'log' }],
  });
  expect(span.attributes).toEqual(new Map<string, unknown>(Object.entries({ a: 1n, both: 'attribute', b: 2n })));
  expect(span.events.map(({ name }) => name)).toEqual(['event', 'log']);
  expect(decodeOne({ attributes: 'x', tags: [1, { key: 'k', value: 'v' }] })).toMatchObject({
    attributes: new Map([['k', 'v']]),
    droppedAttributesCount: 2,
  });
});

test("tags may be a list as Jaeger's", () => {
  const span = decodeOne({ tags: [{ key: 'n', type: 'int64', value: '9223372036854775807' }, { value: 1 }] });
  expect(span.attributes).toEqual(new Map([['n', 9223372036854775807n]]));
  expect(span.droppedAttributesCount).toBe(1);
});

describe('times', () => {
  test.each<[unknown, bigint]>([
    [1_700_000_000, 1_700_000_000_000_000_000n],
    [1_700_000_000.123456, 1_700_000_000_123_456_000n],
    [1_700_000_000.1234567, 1_700_000_000_123_456_700n],
    [0, 0n],
    [1e-9, 1n],
    [4e-10, 0n],
    ['1700000000.123456789', 1_700_000_000_123_456_789n],
    ['2023-11-14T22:13:20Z', 1_700_000_000_000_000_000n],
    ['2023-11-14T22:13:20.123456789Z', 1_700_000_000_123_456_789n],
    ['2023-11-14T22:13:20.123456789999Z', 1_700_000_000_123_456_789n],
    ['2023-11-14 22:13:20.5', 1_700_000_000_500_000_000n],
    ['2023-11-15T00:13:20+02:00', 1_700_000_000_000_000_000n],
    ['2023-11-14T17:43:20-0430', 1_700_000_000_000_000_000n],
    ['2023-11-15', 1_700_006_400_000_000_000n],
    ['1970-01-01T00:00Z', 0n],
  ])('%j', (start_time, expected) => {
    expect(decodeOne({ start_time }).startTimeUnixNano).toBe(expected);
  });

  test.each([
    undefined,
    null,
    -1,
    '',
    '.',
    'yesterday',
    true,
    [],
    Number.NaN,
    1_700_000_000_000, // milliseconds
    '2023-02-30T00:00:00Z',
    '2023-13-01',
    '2023-11-14T24:00:00Z',
    '1969-12-31T23:59:59Z',
    '9'.repeat(65),
    '1e999',
  ])('%j is no start', (start_time) => {
    expect(decodeSimpleSpans([{ ...minimal, start_time }])).toEqual({ spans: [], rejected: { invalid_start_time: 1 } });
  });

  test('the latest instant, and one past it', () => {
    expect(decodeOne({ start_time: '18446744073.709551615' }).startTimeUnixNano).toBe(2n ** 64n - 1n);
    expect(decodeSimpleSpans([{ ...minimal, start_time: '18446744073.709551616' }]).spans).toEqual([]);
  });

  test('the end: end_time, else start + duration, else the start', () => {
    const start = 1_700_000_000_000_000_000n;
    expect(decodeOne({ end_time: 1_700_000_002, duration: 1 }).endTimeUnixNano).toBe(start + 2_000_000_000n);
    expect(decodeOne({ duration: 0.000_000_5 }).endTimeUnixNano).toBe(start + 500n);
    expect(decodeOne({ duration: '1.5' }).endTimeUnixNano).toBe(start + 1_500_000_000n);
    expect(decodeOne({}).endTimeUnixNano).toBe(start);
    expect(decodeOne({ end_time: null, duration: null }).endTimeUnixNano).toBe(start);
    expect(decodeSimpleSpans([{ ...minimal, end_time: 'soon' }]).rejected).toEqual({ invalid_span: 1 });
    expect(decodeSimpleSpans([{ ...minimal, duration: {} }]).rejected).toEqual({ invalid_span: 1 });
  });

  test('exact nanoseconds go before seconds', () => {
    const span = decodeOne({
      start_time_unix_nano: '1700000000000000001',
      end_time: 1_700_000_009,
      end_time_unix_nano: '1700000000000000003',
    });
    expect([span.startTimeUnixNano, span.endTimeUnixNano]).toEqual([1700000000000000001n, 1700000000000000003n]);
  });
});

describe('kind', () => {
  test.each<[unknown, SpanKind]>([
    ['SERVER', SpanKind.SERVER],
    ['Client', SpanKind.CLIENT],
    ['SpanKind.PRODUCER', SpanKind.PRODUCER],
    ['SPAN_KIND_CONSUMER', SpanKind.CONSUMER],
    ['internal', SpanKind.INTERNAL],
    [2, SpanKind.SERVER],
    [null, SpanKind.UNSPECIFIED],
  ])('%j', (kind, expected) => {
    const span = decodeOne({ kind });
    expect(span.kind).toBe(expected);
    expect(span.attributes.size).toBe(0);
  });

  test.each<[unknown, unknown]>([
    ['local', 'local'],
    [9, 9n],
  ])('%j is not known and stays as an attribute', (kind, value) => {
    const span = decodeOne({ kind });
    expect(span.kind).toBe(SpanKind.UNSPECIFIED);
    expect(span.attributes).toEqual(new Map([['kind', value]]));
  });
});

describe('status', () => {
  test.each<[unknown, StatusCode, string]>([
    ['ok', StatusCode.OK, ''],
    ['SUCCESS', StatusCode.OK, ''],
    ['Error', StatusCode.ERROR, ''],
    ['failed', StatusCode.ERROR, ''],
    ['StatusCode.ERROR', StatusCode.ERROR, ''],
    ['STATUS_CODE_OK', StatusCode.OK, ''],
    ['unset', StatusCode.UNSET, ''],
    [2, StatusCode.ERROR, ''],
    [undefined, StatusCode.UNSET, ''],
    [{ code: 'error', message: 'why' }, StatusCode.ERROR, 'why'],
    [{ code: 1 }, StatusCode.OK, ''],
    [{}, StatusCode.UNSET, ''],
  ])('%j', (status, code, message) => {
    const span = decodeOne({ status });
    expect(span.status).toEqual({ code, message });
    expect(span.attributes.size).toBe(0);
  });

  test('a timeout is an error of that type', () => {
    const span = decodeOne({ status: 'Timeout' });
    expect(span.status.code).toBe(StatusCode.ERROR);
    expect(span.attributes).toEqual(new Map([['error.type', 'timeout']]));
    expect(decodeOne({ status: 'timeout', attributes: { 'error.type': 'x' } }).attributes).toEqual(
      new Map([['error.type', 'x']]),
    );
  });

  test('what is not known stays as an attribute', () => {
    const span = decodeOne({ status: 'degraded' });
    expect(span.status.code).toBe(StatusCode.UNSET);
    expect(span.attributes).toEqual(new Map([['status', 'degraded']]));
  });
});

describe('numbers', () => {
  test.each<[unknown, unknown]>([
    [1, 1n],
    [-5, -5n],
    [1.5, 1.5],
    [-0, -0],
    [1e300, 1e300],
    [2 ** 63, 2 ** 63],
    [-(2 ** 63), -(2n ** 63n)],
  ])('%j', (value, expected) => {
    expect(decodeOne({ attributes: { value } }).attributes.get('value')).toBe(expected);
  });
});

describe('entries that are no spans', () => {
  test.each<[unknown, string]>([
    [null, 'invalid_span'],
    [1, 'invalid_span'],
    [[], 'invalid_span'],
    ['x', 'invalid_span'],
    [{}, 'invalid_trace_id'],
    [{ ...minimal, trace_id: '' }, 'invalid_trace_id'],
    [{ ...minimal, trace_id: '0'.repeat(32) }, 'invalid_trace_id'],
    [{ ...minimal, trace_id: 'f'.repeat(33) }, 'invalid_trace_id'],
    [{ ...minimal, trace_id: 'xyz' }, 'invalid_trace_id'],
    [{ ...minimal, trace_id: 5 }, 'invalid_trace_id'],
    [{ ...minimal, span_id: '00' }, 'invalid_span_id'],
    [{ ...minimal, span_id: 'f'.repeat(17) }, 'invalid_span_id'],
    ...['xyz', ' ', 'f'.repeat(17), 5, {}].map((parent_span_id): [unknown, string] => [
      { ...minimal, parent_span_id },
      'invalid_parent_span_id',
    ]),
    [{ ...minimal, name: {} }, 'invalid_span'],
    [{ ...minimal, service_name: [] }, 'invalid_span'],
  ])('%j: %s, and the rest is kept', (entry, reason) => {
    const { spans, rejected } = decodeSimpleSpans([minimal, entry, minimal]);
    expect(spans).toHaveLength(2);
    expect(rejected).toEqual({ [reason]: 1 });
  });

  test.each([undefined, null, {}, 'x', 1])('a body of %j is a decode error', (json) => {
    expect(() => decodeSimpleSpans(json)).toThrow(DecodeError);
  });

  test('an empty list', () => {
    expect(decodeSimpleSpans([])).toEqual({ spans: [], rejected: {} });
  });
});

test('a UUID is a trace id', () => {
  const span = decodeOne({ trace_id: '0AF76519-16cd-43dd-8448-eb211c80319c' });
  expect(span.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
});

test.each([null, '', '0', 0, '0000000000000000', undefined])('a parent of %j is none', (parent_span_id) => {
  expect(decodeOne({ parent_span_id }).parentSpanId).toBe('');
});

test('what cannot be read of a span counts as dropped', () => {
  const span = decodeOne({
    attributes: 'x',
    events: [1, { name: 'ok' }, { name: 'bad', timestamp: 'never' }],
    logs: {},
    links: [{ trace_id: 'zz', span_id: '1' }, null],
    dropped_events_count: 4,
  });
  expect(span.droppedAttributesCount).toBe(1);
  expect(span.events.map(({ name, timeUnixNano }) => [name, timeUnixNano])).toEqual([['ok', span.startTimeUnixNano]]);
  expect(span.droppedEventsCount).toBe(4 + 2 + 1);
  expect(span.links).toEqual([]);
  expect(span.droppedLinksCount).toBe(2);
});

function of(service_name: string, value: unknown): object {
  return { ...minimal, service_name, resource_attributes: { value } };
}

test('equal resources are one object, unequal ones are not', () => {
  const { spans } = decodeSimpleSpans([of('a', 1), of('a', 1), of('a', '1'), of('a', 1.5), of('b', 1)]);
  expect(new Set(spans.map(({ resource }) => resource)).size).toBe(4);
  expect(spans[0]?.resource).toBe(spans[1]?.resource);
});
