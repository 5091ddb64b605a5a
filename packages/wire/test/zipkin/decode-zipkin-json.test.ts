import { type Span, SpanKind, StatusCode } from '@throughline/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeError } from '../../src/decode-error.ts';
import { decodeZipkinJson } from '../../src/zipkin/decode-zipkin-json.ts';
import { orDecodeError } from '../or-decode-error.ts';

const minimal = { traceId: '1f', id: '2', timestamp: 1_700_000_000_000_000 };

function decodeOne(fields: Readonly<Record<string, unknown>>): Span {
  const { spans, rejected } = decodeZipkinJson([{ ...minimal, ...fields }]);
  expect(rejected).toEqual({});
  const [span] = spans;
  if (span === undefined) throw new Error('no span');
  return span;
}

test('every field', () => {
  const span = decodeOne({
    traceId: '48485A3953BB6124',
    id: 'ABC',
    parentId: 'def',
    name: 'Get /',
    kind: 'CLIENT',
    timestamp: 1_700_000_000_123_456,
    duration: 1500,
    debug: true,
    localEndpoint: { serviceName: 'frontend', ipv4: '10.0.0.1', ipv6: '2001:db8::1', port: 80 },
    remoteEndpoint: { serviceName: 'backend', ipv4: '10.0.0.2', port: 9000 },
    annotations: [{ timestamp: 1_700_000_000_123_500, value: 'ws' }],
    tags: { 'http.method': 'GET' },
  });
  expect(span).toEqual({
    traceId: '000000000000000048485a3953bb6124',
    spanId: '0000000000000abc',
    parentSpanId: '0000000000000def',
    traceState: '',
    flags: 0,
    name: 'Get /',
    kind: SpanKind.CLIENT,
    startTimeUnixNano: 1_700_000_000_123_456_000n,
    endTimeUnixNano: 1_700_000_000_124_956_000n,
    attributes: new Map<string, unknown>([
      ['http.method', 'GET'],
      ['network.local.port', 80n],
      ['peer.service', 'backend'],
      ['network.peer.address', '10.0.0.2'],
      ['network.peer.port', 9000n],
      ['zipkin.debug', true],
    ]),
    droppedAttributesCount: 0,
    events: [
      { timeUnixNano: 1_700_000_000_123_500_000n, name: 'ws', attributes: new Map(), droppedAttributesCount: 0 },
    ],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: StatusCode.UNSET, message: '' },
    resource: {
      attributes: new Map<string, unknown>([
        ['service.name', 'frontend'],
        ['host.ip', ['10.0.0.1', '2001:db8::1']],
      ]),
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: { name: '', version: '', attributes: new Map(), droppedAttributesCount: 0, schemaUrl: '' },
    weight: 1,
  });
});

describe('the tag error', () => {
  test.each([
    ['true', StatusCode.ERROR, '', {}],
    ['', StatusCode.ERROR, '', { error: '' }],
    ['connection refused', StatusCode.ERROR, 'connection refused', {}],
    ['false', StatusCode.UNSET, '', { error: 'false' }],
  ])('%j', (error, code, message, attributes) => {
    const span = decodeOne({ tags: { error } });
    expect(span.status).toEqual({ code, message });
    expect(Object.fromEntries(span.attributes)).toEqual(attributes);
  });
});

test("what OpenTelemetry's exporters write as tags", () => {
  const span = decodeOne({
    tags: {
      'otel.status_code': 'ERROR',
      error: 'boom',
      'otel.scope.name': 'lib',
      'otel.library.name': 'lib',
      'otel.scope.version': '1.2',
      'otel.dropped_attributes_count': '3',
      'span.kind': 'internal',
      'w3c.tracestate': 'ot=th:8',
      k: 'v',
    },
    annotations: [{ timestamp: minimal.timestamp, value: '"exception":{"exception.type":"E","n":1}' }],
  });
  expect(span).toMatchObject({
    status: { code: StatusCode.ERROR, message: 'boom' },
    scope: { name: 'lib', version: '1.2' },
    droppedAttributesCount: 3,
    kind: SpanKind.INTERNAL,
    traceState: 'ot=th:8',
    weight: 2,
    attributes: new Map([['k', 'v']]),
  });
  expect(span.events[0]).toMatchObject({
    name: 'exception',
    attributes: new Map<string, unknown>([
      ['exception.type', 'E'],
      ['n', 1n],
    ]),
  });
});

describe('times', () => {
  test('a span without a timestamp starts at its first annotation', () => {
    const span = decodeOne({
      timestamp: undefined,
      annotations: [
        { timestamp: 1_700_000_000_000_009, value: 'b' },
        { timestamp: 1_700_000_000_000_002, value: 'a' },
      ],
    });
    expect(span.startTimeUnixNano).toBe(1_700_000_000_000_002_000n);
    expect(span.endTimeUnixNano).toBe(span.startTimeUnixNano);
  });

  test.each([undefined, null, 0, -1, 'x', {}, 2 ** 64])(
    'a timestamp of %j and no annotation is rejected',
    (timestamp) => {
      const { spans, rejected } = decodeZipkinJson([
        { ...minimal, timestamp },
        { ...minimal, id: '3' },
      ]);
      expect(spans).toHaveLength(1);
      expect(rejected).toEqual({ invalid_start_time: 1 });
    },
  );
});

describe('shapes', () => {
  test('an array of traces', () => {
    const { spans } = decodeZipkinJson([
      [minimal],
      [
        { ...minimal, traceId: '2f' },
        { ...minimal, id: '3' },
      ],
      [],
    ]);
    expect(spans).toHaveLength(3);
  });

  test.each([undefined, null, {}, 'x', 1])('%j is a decode error', (json) => {
    expect(() => decodeZipkinJson(json)).toThrow(DecodeError);
  });

  test.each<[unknown, string]>([
    [1, 'invalid_span'],
    [null, 'invalid_span'],
    [[[minimal]], 'invalid_span'],
    [{}, 'invalid_trace_id'],
    [{ ...minimal, traceId: 'zz' }, 'invalid_trace_id'],
    [{ ...minimal, id: '0' }, 'invalid_span_id'],
    [{ ...minimal, parentId: 'zz' }, 'invalid_parent_span_id'],
    [{ ...minimal, parentId: 'f'.repeat(17) }, 'invalid_parent_span_id'],
    [{ ...minimal, name: {} }, 'invalid_span'],
  ])('%j: %s', (element, reason) => {
    expect(decodeZipkinJson([minimal, element])).toMatchObject({ spans: { length: 1 }, rejected: { [reason]: 1 } });
  });

  test('what cannot be read of a span counts as dropped', () => {
    const span = decodeOne({ tags: { a: {}, b: 1 }, annotations: [1, { timestamp: 'x', value: '' }, { value: 'y' }] });
    expect(span.attributes).toEqual(new Map([['b', '1']]));
    expect(span.droppedAttributesCount).toBe(1);
    expect(span.droppedEventsCount).toBe(3);
  });

  test('a span that is its own parent is a root', () => {
    expect(decodeOne({ id: '2', parentId: '2' }).parentSpanId).toBe('');
  });

  test('random JSON in random fields is a span, a rejection or a decode error', () => {
    const fields = [
      'traceId',
      'id',
      'parentId',
      'name',
      'kind',
      'timestamp',
      'duration',
      'debug',
      'shared',
      'localEndpoint',
      'remoteEndpoint',
      'annotations',
      'tags',
    ];
    const element = fc
      .array(fc.tuple(fc.constantFrom(...fields), fc.jsonValue()), { maxLength: 8 })
      .map((entries) => ({ ...minimal, ...Object.fromEntries(entries) }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(element, { maxLength: 5 })), (json) => {
        const decoded = orDecodeError(() => decodeZipkinJson(json));
        const rejectedCount = Object.values(decoded?.rejected ?? {}).reduce((sum, count) => sum + count, 0);
        const count = decoded && decoded.spans.length + rejectedCount + decoded.mergedFragmentCount;
        expect(count).toBe(Array.isArray(json) ? json.flat().length : undefined);
      }),
      { numRuns: 500 },
    );
  });
});
