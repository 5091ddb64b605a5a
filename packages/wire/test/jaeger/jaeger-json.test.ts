import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AttributeValue,
  assembleTrace,
  durationNano,
  isErrorSpan,
  type Span,
  SpanKind,
  StatusCode,
} from '@throughline/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeError } from '../../src/decode-error.ts';
import { decodeJaegerJson } from '../../src/jaeger/decode-jaeger-json.ts';
import { encodeJaegerTrace } from '../../src/jaeger/encode-jaeger-trace.ts';
import { attributeText } from '../../src/mapping/attribute-text.ts';
import { microsecondSpan, wholeMicros } from '../microsecond-spans.ts';
import { orDecodeError } from '../or-decode-error.ts';
import { hasRealData, readRealJson } from '../real-data.ts';

const minimal = { traceID: '1f', spanID: '2', operationName: 'work', startTime: 1_700_000_000_000_001, duration: 250 };

function traceOf(...spans: readonly unknown[]): object {
  return { traceID: '1f', spans, processes: { p1: { serviceName: 'driver', tags: [] } } };
}

function decodeOne(fields: Readonly<Record<string, unknown>>): Span {
  const { spans, rejected } = decodeJaegerJson(traceOf({ ...minimal, ...fields }));
  expect(rejected).toEqual({});
  const [span] = spans;
  if (span === undefined) throw new Error('no span');
  return span;
}

test('every field', () => {
  const span = decodeOne({
    traceID: '0AF7651916CD43DD8448EB211C80319C',
    flags: 3,
    processID: 'p1',
    references: [{ refType: 'CHILD_OF', traceID: 'af7651916cd43dd8448eb211c80319c', spanID: 'b7' }],
    tags: [
      { key: 'span.kind', type: 'string', value: 'client' },
      { key: 'error', type: 'bool', value: true },
      { key: 'otel.status_description', type: 'string', value: 'boom' },
      { key: 'otel.scope.name', type: 'string', value: 'lib' },
      { key: 'n', type: 'int64', value: 200 },
      { key: 'big', type: 'int64', value: '9007199254740993' },
      { key: 'whole', type: 'float64', value: 2 },
      { key: 'nan', type: 'float64', value: 'NaN' },
      { key: 'bytes', type: 'binary', value: 'AP8=' },
    ],
    logs: [
      {
        timestamp: 1_700_000_000_000_100,
        fields: [
          { key: 'event', type: 'string', value: 'retry' },
          { key: 'attempt', type: 'int64', value: 2 },
        ],
      },
    ],
    warnings: ['skew'],
  });
  expect(span).toEqual({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: '0000000000000002',
    parentSpanId: '00000000000000b7',
    traceState: '',
    flags: 1,
    name: 'work',
    kind: SpanKind.CLIENT,
    startTimeUnixNano: 1_700_000_000_000_001_000n,
    endTimeUnixNano: 1_700_000_000_000_251_000n,
    attributes: new Map<string, unknown>([
      ['n', 200n],
      ['big', 9007199254740993n],
      ['whole', 2],
      ['nan', Number.NaN],
      ['bytes', new Uint8Array([0, 0xff])],
      ['jaeger.flags', 3n],
    ]),
    droppedAttributesCount: 0,
    events: [
      {
        timeUnixNano: 1_700_000_000_000_100_000n,
        name: 'retry',
        attributes: new Map([['attempt', 2n]]),
        droppedAttributesCount: 0,
      },
    ],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: StatusCode.ERROR, message: 'boom' },
    resource: { attributes: new Map([['service.name', 'driver']]), droppedAttributesCount: 0, schemaUrl: '' },
    scope: { name: 'lib', version: '', attributes: new Map(), droppedAttributesCount: 0, schemaUrl: '' },
    weight: 1,
  });
});

describe('the tag error', () => {
  test.each<[unknown, StatusCode, object]>([
    [true, StatusCode.ERROR, {}],
    ['true', StatusCode.ERROR, { error: 'true' }],
    [false, StatusCode.UNSET, { error: false }],
    ['a text', StatusCode.UNSET, { error: 'a text' }],
  ])('%j', (value, code, attributes) => {
    const span = decodeOne({ tags: [{ key: 'error', value }] });
    expect(span.status.code).toBe(code);
    expect(Object.fromEntries(span.attributes)).toEqual(attributes);
  });

  test('goes behind otel.status_code', () => {
    const tags = [
      { key: 'error', type: 'bool', value: true },
      { key: 'otel.status_code', type: 'string', value: 'OK' },
    ];
    expect(decodeOne({ tags })).toMatchObject({
      status: { code: StatusCode.OK },
      attributes: new Map([['error', true]]),
    });
  });
});

function reference(refType: string, spanID: string, traceID = '1f'): object {
  return { refType, traceID, spanID };
}

/** The last digit and the type of each link. */
function linksOf(span: Span): object {
  return span.links.map(({ spanId, attributes }) => [spanId.slice(-1), attributes.get('opentracing.ref_type')]);
}

function withoutZeros(id: string): string {
  return id.replace(/^0+/, '');
}

describe('references', () => {
  test('the first CHILD_OF of the trace is the parent, the rest are links', () => {
    const references = [
      reference('FOLLOWS_FROM', '3'),
      reference('CHILD_OF', '4', '9'),
      reference('CHILD_OF', '5'),
      reference('CHILD_OF', '6'),
    ];
    const span = decodeOne({ references, parentSpanID: '7' });
    expect(span.parentSpanId).toBe('0000000000000005');
    expect(linksOf(span)).toEqual([
      ['3', undefined],
      ['4', 'child_of'],
      ['6', 'child_of'],
    ]);
  });

  test('the legacy field', () => {
    expect(decodeOne({ parentSpanID: 'ab' })).toMatchObject({ parentSpanId: '00000000000000ab', links: [] });
    for (const none of ['0', '', null]) expect(decodeOne({ parentSpanID: none })).toMatchObject({ parentSpanId: '' });
    const both = decodeOne({ parentSpanID: 'ab', references: [reference('FOLLOWS_FROM', '3')] });
    expect(both.parentSpanId).toBe('00000000000000ab');
    expect(linksOf(both)).toEqual([['3', undefined]]);
  });

  test('without another parent a FOLLOWS_FROM of the trace is one', () => {
    const span = decodeOne({ references: [reference('FOLLOWS_FROM', '3', '9'), reference('FOLLOWS_FROM', '4')] });
    expect(span.parentSpanId).toBe('0000000000000004');
    expect(linksOf(span)).toEqual([
      ['3', undefined],
      ['4', 'follows_from'],
    ]);
  });

  test('all of these go back as they came', () => {
    for (const references of [
      [reference('CHILD_OF', '5'), reference('FOLLOWS_FROM', '3'), reference('CHILD_OF', '6')],
      [reference('FOLLOWS_FROM', '4')],
      [reference('FOLLOWS_FROM', '3', '9')],
      [reference('CHILD_OF', '4', '9')],
    ]) {
      const [back] = encodeJaegerTrace([decodeOne({ references })]).spans;
      expect(
        back?.references.map(({ refType, traceID, spanID }) => ({
          refType,
          traceID: withoutZeros(traceID),
          spanID: withoutZeros(spanID),
        })),
      ).toEqual(references);
    }
  });
});

describe('shapes', () => {
  const trace = traceOf(minimal);

  test.each<[string, unknown, number]>([
    ['the envelope', { data: [trace, trace] }, 2],
    ['an envelope of one', { data: trace }, 1],
    ['an empty answer', { data: [], errors: null }, 0],
    ['a null answer', { data: null }, 0],
    ['an array of traces', [trace], 1],
    ['one trace', trace, 1],
    ['a trace without processes', { spans: [minimal] }, 1],
  ])('%s', (_name, json, spanCount) => {
    expect(decodeJaegerJson(json).spans).toHaveLength(spanCount);
  });

  test.each<[unknown, string]>([
    [null, '$ '],
    ['x', '$ '],
    [{}, '$.spans'],
    [[trace, 5], '$[1]'],
    [{ data: [{ spans: {} }] }, '$.data[0].spans'],
    [{ data: 5 }, '$.data '],
    [{ spans: [], processes: [] }, '$.processes'],
  ])('%j is a decode error that says where', (json, path) => {
    expect(() => decodeJaegerJson(json)).toThrow(DecodeError);
    expect(() => decodeJaegerJson(json)).toThrow(path);
  });

  test.each<[unknown, string]>([
    [null, 'invalid_span'],
    ['x', 'invalid_span'],
    [{ ...minimal, traceID: 'x' }, 'invalid_trace_id'],
    [{ ...minimal, spanID: '' }, 'invalid_span_id'],
    [{ ...minimal, parentSpanID: 'xyz' }, 'invalid_parent_span_id'],
    [{ ...minimal, parentSpanID: 'f'.repeat(17) }, 'invalid_parent_span_id'],
    [{ ...minimal, startTime: undefined }, 'invalid_start_time'],
    [{ ...minimal, startTime: -5 }, 'invalid_start_time'],
    [{ ...minimal, operationName: [] }, 'invalid_span'],
  ])('%j: %s, and the rest is kept', (span, reason) => {
    expect(decodeJaegerJson(traceOf(minimal, span))).toMatchObject({ spans: { length: 1 }, rejected: { [reason]: 1 } });
  });

  test("a span's own process, and none", () => {
    const process = { serviceName: 'own', tags: [{ key: 'ip', type: 'string', value: '::1' }] };
    expect(decodeOne({ process }).resource.attributes).toEqual(
      new Map([
        ['service.name', 'own'],
        ['ip', '::1'],
      ]),
    );
    expect(decodeOne({ processID: 'p9' }).resource.attributes.size).toBe(0);
  });

  test('what cannot be read of a span counts as dropped', () => {
    const span = decodeOne({
      tags: [{ key: 'a', value: 1 }, { value: 1 }, 'x', null],
      logs: [{ timestamp: 'never' }, 1, { timestamp: 5, fields: [{}] }],
      references: [{ refType: 'CHILD_OF' }, 3],
    });
    expect(span.attributes).toEqual(new Map([['a', 1n]]));
    expect(span.droppedAttributesCount).toBe(3);
    expect(span.droppedEventsCount).toBe(2);
    expect(span.events[0]?.droppedAttributesCount).toBe(1);
    expect(span.droppedLinksCount).toBe(2);
  });

  test('random JSON in random fields is a span, a rejection or a decode error', () => {
    const fields = [
      ...Object.keys(minimal),
      'parentSpanID',
      'flags',
      'references',
      'tags',
      'logs',
      'processID',
      'process',
    ];
    const span = fc
      .array(fc.tuple(fc.constantFrom(...fields), fc.jsonValue()), { maxLength: 8 })
      .map((entries) => ({ ...minimal, ...Object.fromEntries(entries) }));
    const randomTrace = fc.record({ spans: fc.array(span, { maxLength: 3 }), processes: fc.jsonValue() });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), randomTrace), (json) => {
        expect(() => orDecodeError(() => decodeJaegerJson(json))).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

/** Jaeger's tags are scalars. */
function plainAttribute([key, value]: [string, AttributeValue]): [string, AttributeValue] {
  const isPlain = value !== null && (typeof value !== 'object' || value instanceof Uint8Array);
  return [key, isPlain ? value : attributeText(value)];
}

function throughJaeger(spans: readonly Span[]): readonly Span[] {
  const { spans: back, rejected } = decodeJaegerJson(JSON.parse(JSON.stringify(encodeJaegerTrace(spans))));
  expect(rejected).toEqual({});
  return back;
}

test('model to Jaeger and back keeps what Jaeger has a place for', () => {
  // In Jaeger a link of a root to a span of its trace is its parent.
  const comparable = microsecondSpan.filter(
    ({ traceId, parentSpanId, links }) => parentSpanId !== '' || !links.some((link) => link.traceId === traceId),
  );
  fc.assert(
    fc.property(comparable, (span) => {
      const [back] = throughJaeger([span]);
      if (back === undefined) throw new Error('no span');
      const startTimeUnixNano = wholeMicros(span.startTimeUnixNano);
      expect(back).toMatchObject({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId,
        name: span.name,
        kind: span.kind,
        flags: span.flags & 1,
        traceState: span.traceState,
        weight: span.weight,
        scope: { name: span.scope.name, version: span.scope.version },
        droppedAttributesCount: span.droppedAttributesCount,
        droppedEventsCount: span.droppedEventsCount,
        droppedLinksCount: span.droppedLinksCount,
        startTimeUnixNano,
        endTimeUnixNano: startTimeUnixNano + wholeMicros(durationNano(span)),
      });
      expect(back.status.message).toBe(span.status.message);
      // Without a status the tag alone says whether the span failed.
      const isToldByTag = span.status.code === StatusCode.UNSET && span.attributes.has('error');
      expect(back.status.code).toBe(isToldByTag ? back.status.code : span.status.code);
      expect(isErrorSpan(back)).toBe(isErrorSpan(span));
      const kept = [...span.attributes].filter(([key]) => key !== 'error');
      expect(back.attributes).toEqual(new Map([...back.attributes, ...kept.map(plainAttribute)]));
      expect(back.links.map(({ traceId, spanId }) => [traceId, spanId])).toEqual(
        span.links.map(({ traceId, spanId }) => [traceId, spanId]),
      );
      expect(back.events.map(({ name, timeUnixNano }) => ({ name, timeUnixNano }))).toEqual(
        span.events.map(({ name, timeUnixNano }) => ({ name, timeUnixNano: wholeMicros(timeUnixNano) })),
      );
    }),
  );
});

test('what came back goes and comes back unchanged', () => {
  fc.assert(
    fc.property(fc.array(microsecondSpan, { maxLength: 3 }), (spans) => {
      const once = throughJaeger(spans);
      expect(throughJaeger(once)).toEqual(once);
    }),
  );
});

test('spans of equal resources share a process', () => {
  const span = decodeOne({ processID: 'p1' });
  const equal = { ...span, resource: { ...span.resource, attributes: new Map(span.resource.attributes) } };
  const other = { ...span, resource: { ...span.resource, attributes: new Map([['service.name', 'other']]) } };
  const { processes, spans } = encodeJaegerTrace([span, other, equal]);
  expect(spans.map(({ processID }) => processID)).toEqual(['p1', 'p2', 'p1']);
  expect(processes).toEqual({ p1: { serviceName: 'driver', tags: [] }, p2: { serviceName: 'other', tags: [] } });
});

test("an assembled trace's issues are warnings", () => {
  const orphan = decodeOne({ parentSpanID: 'ab' });
  const { spans, traceID } = encodeJaegerTrace(assembleTrace([orphan]));
  expect(traceID).toBe('000000000000001f');
  expect(spans[0]?.warnings).toEqual(['the parent span 00000000000000ab is not in the trace']);
  expect(encodeJaegerTrace([orphan]).spans[0]?.warnings).toBeNull();
});

interface RecordedSpan {
  readonly [field: string]: unknown;
  readonly references: readonly { readonly refType: string; readonly traceID: string; readonly spanID: string }[];
}
interface RecordedTrace {
  readonly traceID: string;
  readonly spans: readonly RecordedSpan[];
  readonly processes: Readonly<Record<string, unknown>>;
}

/** What of a UI download the API itself answers: the rest is added by the UI. */
function withoutUiFields({ traceID, spans, processes }: RecordedTrace): object {
  return {
    traceID,
    spans: spans.map(({ spanID, flags, operationName, references, startTime, duration, tags, logs, processID }) => ({
      traceID,
      spanID,
      flags,
      operationName,
      references: references.map((each) => ({ refType: each.refType, traceID: each.traceID, spanID: each.spanID })),
      startTime,
      duration,
      tags,
      logs,
      process: typeof processID === 'string' ? processes[processID] : undefined,
    })),
  };
}

/** The same of our own answer. */
function encoded(spans: readonly Span[]): object {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Our own answer has the fields of a recorded one.
  return withoutUiFields(JSON.parse(JSON.stringify(encodeJaegerTrace(spans))) as RecordedTrace);
}

/** The traces of an envelope as they came and as they go back. */
function roundTrip(json: unknown): {
  readonly spanCount: number;
  readonly before: readonly object[];
  readonly after: readonly object[];
} {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The files are envelopes of traces.
  const { data } = json as { readonly data: readonly RecordedTrace[] };
  const { spans } = decodeJaegerJson(json);
  const byTrace = Map.groupBy(spans, ({ traceId }) => traceId);
  return {
    spanCount: spans.length,
    before: data.map(withoutUiFields),
    after: data.map(({ traceID }) => encoded(byTrace.get(traceID.padStart(32, '0')) ?? [])),
  };
}

test("a trace downloaded from Jaeger's UI goes back as it came", () => {
  const json: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/ui-download.json'), 'utf8'));
  const { spanCount, before, after } = roundTrip(json);
  expect(spanCount).toBe(2);
  expect(after).toEqual(before);
});

describe.skipIf(!hasRealData)('recorded traces', () => {
  const file = 'social-network/jaeger-api.json.gz';

  test('go back as they came', () => {
    const { spanCount, before, after } = roundTrip(readRealJson(file));
    expect(spanCount).toBe(660);
    expect(after).toHaveLength(20);
    expect(after).toEqual(before);
  });

  test('are whole trees', () => {
    for (const spans of Map.groupBy(decodeJaegerJson(readRealJson(file)).spans, ({ traceId }) => traceId).values()) {
      const trace = assembleTrace(spans);
      expect(trace.spans).toHaveLength(33);
      expect(trace.roots).toEqual([0]);
      expect(trace.issues.filter(({ kind }) => kind === 'missing_parent' || kind === 'cycle')).toEqual([]);
    }
  });
});
