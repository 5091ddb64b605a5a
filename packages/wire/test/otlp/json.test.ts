import { arbitrarySpan } from '@throughline/model/testing/arbitraries';
import type { AttributeValue, Span } from '@throughline/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  DecodeError,
  decodeOtlpJson,
  decodeOtlpProtobuf,
  encodeExportResponse,
  encodeOtlpJson,
  encodeOtlpProtobuf,
  encodeRpcStatus,
  type OtlpLimits,
} from '../../src/index.ts';
import { outcomeOf } from './decode-outcome.ts';

const TRACE_ID = '0102030405060708090a0b0c0d0e0f10';
const SPAN_ID = 'a0a1a2a3a4a5a6a7';

/** A request with one span of these members, which are JSON text. */
function request(members: string, ids = `"traceId":"${TRACE_ID}","spanId":"${SPAN_ID}",`): string {
  return `{"resourceSpans":[{"scopeSpans":[{"spans":[{${ids}${members}"unknown":{}}]}]}]}`;
}

function only(text: string): Span {
  const { spans, rejected } = decodeOtlpJson(text);
  expect(rejected).toEqual({});
  expect(spans).toHaveLength(1);
  return spans[0]!;
}

/** The value of an attribute, given as JSON text. */
function valueOf(anyValue: string): AttributeValue | undefined {
  return only(request(`"attributes":[{"key":"k","value":${anyValue}}],`)).attributes.get('k');
}

function limited(members: string, limits: Partial<OtlpLimits>): unknown {
  return decodeOtlpJson(request(members), limits).rejected;
}

/** A list of that many elements, as JSON text. */
function list(count: number): string {
  return `[${Array.from({ length: count }, () => '{}').join(',')}]`;
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

function errorOf(text: string): DecodeError {
  try {
    decodeOtlpJson(text);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  throw new Error(`no error for ${text}`);
}

test('every span comes back as it was, and as from protobuf', () => {
  fc.assert(
    fc.property(fc.array(arbitrarySpan, { maxLength: 4 }), (spans) => {
      const decoded = decodeOtlpJson(encodeOtlpJson(spans));
      expect(decoded).toEqual({ spans, rejected: {} });
      expect(decoded).toEqual(decodeOtlpProtobuf(encodeOtlpProtobuf(spans)));
    }),
  );
});

test('the encoding as the specification has it', () => {
  const [sample] = fc.sample(arbitrarySpan, { numRuns: 1, seed: 1 });
  const span: Span = {
    ...sample!,
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    parentSpanId: '',
    traceState: '',
    flags: 257,
    name: 'n',
    kind: 2,
    startTimeUnixNano: 1_700_000_000_000_000_001n,
    endTimeUnixNano: 0n,
    attributes: new Map<string, AttributeValue>([
      ['int', 2n ** 63n - 1n],
      ['double', 0],
      ['negative zero', -0],
      ['nan', NaN],
      ['bytes', Uint8Array.of(0xfb, 0xff)],
      ['bool', false],
      ['text', ''],
      ['null', null],
      ['array', [1n, 'a']],
      ['map', new Map([['k', true]])],
    ]),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 3,
    links: [],
    droppedLinksCount: 0,
    status: { code: 2, message: '' },
    resource: { attributes: new Map([['service.name', 'cart']]), droppedAttributesCount: 0, schemaUrl: 'url' },
    scope: { name: '', version: '', attributes: new Map(), droppedAttributesCount: 0, schemaUrl: '' },
  };
  expect(JSON.parse(encodeOtlpJson([span]))).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] },
        scopeSpans: [
          {
            scope: {},
            spans: [
              {
                traceId: TRACE_ID,
                spanId: SPAN_ID,
                flags: 257,
                name: 'n',
                kind: 2,
                startTimeUnixNano: '1700000000000000001',
                attributes: [
                  { key: 'int', value: { intValue: '9223372036854775807' } },
                  { key: 'double', value: { doubleValue: 0 } },
                  { key: 'negative zero', value: { doubleValue: '-0' } },
                  { key: 'nan', value: { doubleValue: 'NaN' } },
                  { key: 'bytes', value: { bytesValue: '+/8=' } },
                  { key: 'bool', value: { boolValue: false } },
                  { key: 'text', value: { stringValue: '' } },
                  { key: 'null', value: {} },
                  { key: 'array', value: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'a' }] } } },
                  { key: 'map', value: { kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } } },
                ],
                droppedEventsCount: 3,
                status: { code: 2 },
              },
            ],
          },
        ],
        schemaUrl: 'url',
      },
    ],
  });
  expect(encodeOtlpJson([])).toBe('{"resourceSpans":[]}');
});

describe('what senders are free to do', () => {
  test('empty requests, missing and null fields', () => {
    for (const text of [
      '{}',
      '{"resourceSpans":null}',
      '{"resourceSpans":[]}',
      '{"resourceSpans":[{"scopeSpans":[{}]}]}',
    ]) {
      expect(decodeOtlpJson(text)).toEqual({ spans: [], rejected: {} });
    }
    const nulls =
      '"name":null,"kind":null,"flags":null,"attributes":null,"events":null,"status":null,"endTimeUnixNano":null,';
    expect(only(request(nulls))).toEqual(only(request('')));
    expect(only(request(''))).toMatchObject({
      parentSpanId: '',
      name: '',
      kind: 0,
      startTimeUnixNano: 0n,
      events: [],
      status: { code: 0, message: '' },
      weight: 1,
    });
  });

  test('ids in any case', () => {
    const ids = `"traceId":"${TRACE_ID.toUpperCase()}","spanId":"${SPAN_ID.toUpperCase()}",`;
    expect(only(request(`"parentSpanId":"${SPAN_ID.toUpperCase()}",`, ids))).toMatchObject({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      parentSpanId: SPAN_ID,
    });
  });

  test('64-bit integers as strings or numbers, exactly', () => {
    for (const digits of ['0', '-1', '9007199254740993', '9223372036854775807', '-9223372036854775808']) {
      expect(valueOf(`{"intValue":"${digits}"}`)).toBe(BigInt(digits));
      expect(valueOf(`{"intValue":${digits}}`)).toBe(BigInt(digits));
      expect(valueOf(`{"intValue" : \n ${digits}}`)).toBe(BigInt(digits));
    }
    const span = only(request('"startTimeUnixNano":1700000000123456789,"endTimeUnixNano":18446744073709551615,'));
    expect([span.startTimeUnixNano, span.endTimeUnixNano]).toEqual([1_700_000_000_123_456_789n, 2n ** 64n - 1n]);
    expect(only(request('"startTimeUnixNano":1.7e18,')).startTimeUnixNano).toBe(1_700_000_000_000_000_000n);
    // A double stays one beside integers that are too large for it.
    expect(valueOf('{"doubleValue":12345678901234567890}')).toBe(Number('12345678901234567890'));
  });

  test('enums by number or name', () => {
    expect(only(request('"kind":5,"status":{"code":2},'))).toMatchObject({ kind: 5, status: { code: 2 } });
    expect(only(request('"kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_ERROR"},'))).toMatchObject({
      kind: 3,
      status: { code: 2 },
    });
    expect(only(request('"kind":6,"status":{"code":-1},'))).toMatchObject({ kind: 0, status: { code: 0 } });
  });

  test('doubles', () => {
    for (const [json, value] of [
      ['1', 1],
      ['-0.5e-3', -0.0005],
      ['"NaN"', NaN],
      ['"Infinity"', Infinity],
      ['"-Infinity"', -Infinity],
      ['"1.5"', 1.5],
      ['-0', -0],
    ] as const) {
      expect(valueOf(`{"doubleValue":${json}}`)).toBe(value);
    }
  });

  test('bytes in either alphabet, with padding or without', () => {
    for (const text of ['+/8=', '-_8=', '+/8', '-_8']) {
      expect(valueOf(`{"bytesValue":"${text}"}`)).toEqual(Uint8Array.of(0xfb, 0xff));
    }
  });

  test('values without a member, arrays and maps without elements', () => {
    expect(valueOf('{}')).toBe(null);
    expect(valueOf('null')).toBe(null);
    expect(valueOf('{"stringValue":null,"intValue":1}')).toBe(1n);
    expect(valueOf('{"arrayValue":{}}')).toEqual([]);
    expect(valueOf('{"kvlistValue":{}}')).toEqual(new Map());
    expect(only(request('"attributes":[{}],')).attributes).toEqual(new Map([['', null]]));
  });

  test('of repeated keys the last value stays', () => {
    const attributes = '"attributes":[{"key":"k","value":{"intValue":1}},{"key":"k","value":{"intValue":2}}],';
    expect(only(request(attributes)).attributes).toEqual(new Map([['k', 2n]]));
  });

  test('snake case is another field', () => {
    expect(only(request('"trace_state":"ot=th:8","trace_id":5,')).traceState).toBe('');
    expect(only(request('"traceState":"ot=th:8",'))).toMatchObject({ traceState: 'ot=th:8', weight: 2 });
  });
});

describe('rejected spans', () => {
  test('by their ids', () => {
    const zero = '0'.repeat(32);
    for (const id of ['', TRACE_ID.slice(1), `${TRACE_ID}0`, `g${TRACE_ID.slice(1)}`, zero]) {
      const result = decodeOtlpJson(request('', `"traceId":"${id}","spanId":"${SPAN_ID}",`));
      expect(result).toEqual({ spans: [], rejected: { invalid_trace_id: 1 } });
    }
    for (const id of ['', SPAN_ID.slice(1), TRACE_ID, `g${SPAN_ID.slice(1)}`, zero.slice(16)]) {
      const result = decodeOtlpJson(request('', `"traceId":"${TRACE_ID}","spanId":"${id}",`));
      expect(result).toEqual({ spans: [], rejected: { invalid_span_id: 1 } });
      const child = request(`"parentSpanId":"${id}",`);
      if (id === '' || id === zero.slice(16)) expect(only(child).parentSpanId).toBe('');
      else expect(decodeOtlpJson(child)).toEqual({ spans: [], rejected: { invalid_parent_span_id: 1 } });
    }
  });

  test('at n and n + 1 of each limit', () => {
    const over = { limit_exceeded: 1 };
    expect(limited(`"attributes":${list(2)},`, { maxAttributes: 2 })).toEqual({});
    expect(limited(`"attributes":${list(3)},`, { maxAttributes: 2 })).toEqual(over);
    expect(limited(`"events":${list(2)},`, { maxEventsPerSpan: 2 })).toEqual({});
    expect(limited(`"events":${list(3)},`, { maxEventsPerSpan: 2 })).toEqual(over);
    expect(limited(`"links":${list(2)},`, { maxLinksPerSpan: 2 })).toEqual({});
    expect(limited(`"links":${list(3)},`, { maxLinksPerSpan: 2 })).toEqual(over);
    expect(limited(`"links":[{"attributes":${list(3)}}],`, { maxAttributes: 2 })).toEqual(over);
    const value = (levels: number): string =>
      levels === 1 ? '{"intValue":1}' : `{"arrayValue":{"values":[${value(levels - 1)}]}}`;
    expect(limited(`"attributes":[{"value":${value(32)}}],`, {})).toEqual({});
    expect(limited(`"attributes":[{"value":${value(33)}}],`, {})).toEqual(over);
    expect(limited(`"events":[{"attributes":[{"value":${value(33)}}]}],`, {})).toEqual(over);
    expect(limited(`"attributes":[{"value":${value(129)}}],`, { maxValueDepth: 1000 })).toEqual(over);
  });

  test('with their resource or scope, while those beside stay', () => {
    const span = `{"traceId":"${TRACE_ID}","spanId":"${SPAN_ID}"}`;
    const bad = '{"attributes":[{},{},{}]}';
    const text = `{"resourceSpans":[
      {"resource":${bad},"scopeSpans":[{"spans":[${span},${span}]}]},
      {"scopeSpans":[{"scope":${bad},"spans":[${span}]},{"spans":[${span}]}]}]}`;
    const { spans, rejected } = decodeOtlpJson(text, { maxAttributes: 2 });
    expect(spans).toHaveLength(1);
    expect(rejected).toEqual({ limit_exceeded: 3 });
  });
});

describe('malformed requests', () => {
  test('text that is not JSON, or not an object', () => {
    for (const text of ['', '{', '{"resourceSpans":[}', 'null', '[]', '5', '"x"', '{"resourceSpans":[1]}', '\u0000']) {
      expect(errorOf(text).code).toBe('malformed_payload');
    }
  });

  test('values of the wrong type, with their path', () => {
    const messages: readonly (readonly [string, string])[] = [
      ['{"resourceSpans":{}}', 'resourceSpans: expected an array'],
      ['{"resourceSpans":[{"resource":[]}]}', 'resourceSpans[0].resource: expected an object'],
      [
        '{"resourceSpans":[{"scopeSpans":[{},{"spans":[{},{},{},{"name":5}]}]}]}',
        'resourceSpans[0].scopeSpans[1].spans[3].name: expected a string',
      ],
    ];
    for (const [text, message] of messages) expect(errorOf(text)).toMatchObject({ code: 'malformed_payload', message });
    const members: readonly (readonly [string, string])[] = [
      ['"traceId":5', 'traceId: expected a string'],
      ['"kind":"CLIENT"', 'kind: expected an integer or one of SPAN_KIND_UNSPECIFIED, SPAN_KIND_INTERNAL'],
      ['"kind":1.5', 'kind: expected an integer'],
      ['"flags":-1', 'flags: expected an unsigned 32-bit integer'],
      ['"flags":4294967296', 'flags: expected an unsigned 32-bit integer'],
      ['"startTimeUnixNano":"now"', 'startTimeUnixNano: expected an unsigned 64-bit integer'],
      ['"startTimeUnixNano":-1', 'startTimeUnixNano: expected an unsigned 64-bit integer'],
      ['"startTimeUnixNano":0.5', 'startTimeUnixNano: expected an unsigned 64-bit integer'],
      ['"endTimeUnixNano":18446744073709551616', 'endTimeUnixNano: expected an unsigned 64-bit integer'],
      [`"endTimeUnixNano":${'9'.repeat(100_000)}`, 'endTimeUnixNano: expected an unsigned 64-bit integer'],
      [`"endTimeUnixNano":"${'9'.repeat(100_000)}"`, 'endTimeUnixNano: expected an unsigned 64-bit integer'],
      ['"status":{"message":{}}', 'status.message: expected a string'],
      ['"events":[{},null]', 'events[1]: expected an object'],
      ['"links":[{"spanId":1}]', 'links[0].spanId: expected a string'],
      ['"attributes":[{"key":1}]', 'attributes[0].key: expected a string'],
      ['"attributes":[{"value":1}]', 'attributes[0].value: expected an object'],
      ['"attributes":[{"value":{"boolValue":1}}]', 'attributes[0].value.boolValue: expected true or false'],
      [
        '"attributes":[{"value":{"intValue":9223372036854775808}}]',
        'attributes[0].value.intValue: expected a 64-bit integer',
      ],
      ['"attributes":[{"value":{"doubleValue":"x"}}]', 'attributes[0].value.doubleValue: expected a number'],
      ['"attributes":[{"value":{"bytesValue":"*"}}]', 'attributes[0].value.bytesValue: expected base64'],
      ['"attributes":[{"value":{"intValue":1,"boolValue":true}}]', 'attributes[0].value: expected one value'],
      [
        '"attributes":[{"value":{"arrayValue":{"values":[{},{"kvlistValue":{"values":[{"value":[]}]}}]}}}]',
        'attributes[0].value.arrayValue.values[1].kvlistValue.values[0].value: expected an object',
      ],
    ];
    for (const [text, message] of members) {
      expect(errorOf(request(`${text},`)).message).toContain(`resourceSpans[0].scopeSpans[0].spans[0].${message}`);
    }
  });

  test('any nesting of anything', () => {
    for (const depth of [1_000, 100_000]) {
      for (const text of [
        '['.repeat(depth) + ']'.repeat(depth),
        `${'{"resourceSpans":['.repeat(depth)}${']}'.repeat(depth)}`,
        // With a large number, the slower way of reading is taken.
        `{"a":12345678901234567890,"b":${'['.repeat(depth)}${']'.repeat(depth)}}`,
        request(`"attributes":[{"value":${'{"arrayValue":{"values":['.repeat(depth)}${']}}'.repeat(depth)}}],`),
      ]) {
        const outcome = outcomeOf(() => decodeOtlpJson(text).spans.length);
        expect([0, 'malformed_payload', 'payload_too_deep', 'unsupported_payload']).toContain(outcome);
      }
    }
  });

  test('mutated text is read or refused', () => {
    fc.assert(
      fc.property(
        arbitrarySpan,
        fc.nat(),
        fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '0', '-', 'null', '1e400', '12345678901234567', '\\'),
        fc.nat({ max: 3 }),
        (span, at, inserted, removed) => {
          const text = encodeOtlpJson([span]);
          const offset = at % text.length;
          const mutated = text.slice(0, offset) + inserted + text.slice(offset + removed);
          const read = (): number => encodeOtlpProtobuf(decodeOtlpJson(mutated).spans).length;
          expect(() => outcomeOf(read)).not.toThrow();
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test('responses and statuses', () => {
  expect(parse(encodeExportResponse({ rejectedSpans: 0, errorMessage: '' }, 'json'))).toEqual({});
  expect(parse(encodeExportResponse({ rejectedSpans: 3, errorMessage: 'ids' }, 'json'))).toEqual({
    partialSuccess: { rejectedSpans: '3', errorMessage: 'ids' },
  });
  expect(parse(encodeExportResponse({ rejectedSpans: 0, errorMessage: 'careful' }, 'json'))).toEqual({
    partialSuccess: { errorMessage: 'careful' },
  });
  expect(parse(encodeRpcStatus({ code: 3, message: 'no' }, 'json'))).toEqual({ code: 3, message: 'no' });
  for (const [retryDelayMs, retryDelay] of [
    [0, '0s'],
    [1000, '1s'],
    [1500, '1.500s'],
    [1.4, '0.001s'],
  ] as const) {
    expect(parse(encodeRpcStatus({ code: 14, message: 'later', retryDelayMs }, 'json'))).toEqual({
      code: 14,
      message: 'later',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }],
    });
  }
});

test.each(['{"resource_spans":[]}', '{"spans":[{}]}', '{"data":[]}'])(
  '%s is not taken for an empty request',
  (text) => {
    expect(() => decodeOtlpJson(text)).toThrow(expect.objectContaining({ code: 'unsupported_payload' }));
  },
);

test.each(['{}', '{"resourceSpans":null}', '{"resourceSpans":[],"unknown":1}'])('%s is an empty request', (text) => {
  expect(decodeOtlpJson(text)).toEqual({ spans: [], rejected: {} });
});
