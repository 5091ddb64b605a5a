import type { AttributeValue } from '@throughline/model';
import { arbitrarySpan } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonExactly } from '../../src/otlp/json-reader.ts';
import { decodeSimpleSpans } from '../../src/simple/decode-simple-spans.ts';
import { encodeSimpleSpan } from '../../src/simple/encode-simple-span.ts';
import { orDecodeError } from '../or-decode-error.ts';

test('any span comes back exactly as it was, through JSON text', () => {
  fc.assert(
    fc.property(fc.array(arbitrarySpan, { maxLength: 3 }), (spans) => {
      const text = JSON.stringify(spans.map(encodeSimpleSpan));
      expect(decodeSimpleSpans(JSON.parse(text))).toEqual({ spans, rejected: {} });
      expect(decodeSimpleSpans(parseJsonExactly(text))).toEqual({ spans, rejected: {} });
    }),
  );
});

test('integers beyond 2^53 that are written as numbers are exact', () => {
  const text = `[{"trace_id":"1","span_id":"1","start_time_unix_nano":1700000000123456789,"name":9007199254740993,
    "duration":9007199254740993,"weight":9007199254740992,
    "attribute_types":{"double":"double"},"attributes":{"double":9007199254740992,"over":18446744073709551615,
    "max":9223372036854775807,"min":-9223372036854775808,"list":[9007199254740993,{"deep":9007199254740993}]},
    "logs":[{"id":9007199254740993}],"tags":[{"key":"int","type":"int64","value":9007199254740993},
    {"key":"float","type":"float64","value":9007199254740992},{"key":"plain","value":9007199254740993}]}]`;
  const { spans, rejected } = decodeSimpleSpans(parseJsonExactly(text));
  expect(rejected).toEqual({});
  const odd = 2n ** 53n + 1n;
  expect(spans).toMatchObject([
    { name: '9007199254740993', startTimeUnixNano: 1_700_000_000_123_456_789n, weight: 2 ** 53 },
  ]);
  expect(spans[0]?.attributes).toEqual(
    new Map<string, unknown>([
      ['double', 2 ** 53],
      ['over', 2 ** 64],
      ['max', 2n ** 63n - 1n],
      ['min', -(2n ** 63n)],
      ['list', [odd, new Map([['deep', odd]])]],
      ['int', odd],
      ['float', 2 ** 53],
      ['plain', odd],
    ]),
  );
  expect(spans[0]?.events[0]?.attributes).toEqual(new Map([['id', odd]]));
});

test('plain values are plain JSON, and only what it cannot hold has a type beside it', () => {
  const [span] = decodeSimpleSpans([{ trace_id: '1', span_id: '1', start_time: 1 }]).spans;
  if (span === undefined) throw new Error('no span');
  const attributes = new Map<string, AttributeValue>([
    ['text', 'x'],
    ['small', 5n],
    ['half', 0.5],
  ]);
  expect(encodeSimpleSpan({ ...span, attributes })).toMatchObject({ attributes: { text: 'x', small: 5, half: 0.5 } });
  expect(encodeSimpleSpan({ ...span, attributes })).not.toHaveProperty('attribute_types');
  const exact = new Map<string, AttributeValue>([
    ['big', 2n ** 63n - 1n],
    ['whole', 2],
    ['nan', Number.NaN],
    ['bytes', new Uint8Array([1, 2])],
    ['list', [1n, 2, 'x']],
    [
      'map',
      new Map<string, AttributeValue>([
        ['a', 1n],
        ['b', new Uint8Array([0xff])],
      ]),
    ],
  ]);
  expect(encodeSimpleSpan({ ...span, attributes: exact })).toMatchObject({
    attributes: {
      big: '9223372036854775807',
      whole: 2,
      nan: 'NaN',
      bytes: 'AQI=',
      list: [1, 2, 'x'],
      map: { a: 1, b: '/w==' },
    },
    attribute_types: {
      big: 'int64',
      whole: 'double',
      nan: 'double',
      bytes: 'bytes',
      list: [null, 'double', null],
      map: { b: 'bytes' },
    },
  });
});

test('times are float seconds', () => {
  const [span] = decodeSimpleSpans([
    { trace_id: '1', span_id: '1', start_time: 1_700_000_000.25, end_time: 1_700_000_001.5 },
  ]).spans;
  if (span === undefined) throw new Error('no span');
  expect(encodeSimpleSpan(span)).toMatchObject({
    start_time: 1_700_000_000.25,
    end_time: 1_700_000_001.5,
    duration: 1.25,
    parent_span_id: null,
    kind: 'UNSPECIFIED',
    status: 'UNSET',
  });
});

const FIELDS = [
  'trace_id',
  'span_id',
  'parent_span_id',
  'operation_name',
  'name',
  'service_name',
  'start_time',
  'end_time',
  'duration',
  'kind',
  'status',
  'status_message',
  'attributes',
  'tags',
  'attribute_types',
  'resource_attributes',
  'events',
  'logs',
  'links',
  'scope',
  'flags',
  'weight',
  'start_time_unix_nano',
];

test('random JSON in random fields is a span, a rejection or a decode error', () => {
  const entry = fc
    .array(fc.tuple(fc.constantFrom(...FIELDS), fc.jsonValue()), { maxLength: 12 })
    .map((fields) => ({ trace_id: '1', span_id: '2', start_time: 3, ...Object.fromEntries(fields) }));
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(entry, { maxLength: 4 })), (json) => {
      const decoded = orDecodeError(() => decodeSimpleSpans(json));
      const rejectedCount = Object.values(decoded?.rejected ?? {}).reduce((sum, count) => sum + count, 0);
      expect(decoded && decoded.spans.length + rejectedCount).toBe(Array.isArray(json) ? json.length : undefined);
    }),
    { numRuns: 500 },
  );
});
