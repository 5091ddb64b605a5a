import { inspect } from 'node:util';
import { type Span, SpanKind, StatusCode } from '@throughline/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeError } from '../../src/decode-error.ts';
import { decodeJaegerJson } from '../../src/jaeger/decode-jaeger-json.ts';
import { decodeJaegerThrift, decodeJaegerThriftCompact } from '../../src/jaeger/decode-jaeger-thrift.ts';
import { encodeJaegerTrace } from '../../src/jaeger/encode-jaeger-trace.ts';
import { MAX_THRIFT_DEPTH } from '../../src/jaeger/thrift-protocol.ts';
import { microsecondSpan } from '../microsecond-spans.ts';
import { orDecodeError } from '../or-decode-error.ts';
import { batchOf, callBytes, type Struct, structBytes } from './thrift-library.ts';

const encodings = [
  ['binary', decodeJaegerThrift],
  ['compact', decodeJaegerThriftCompact],
] as const;

const process: Struct = [
  [1, { string: 'driver' }],
  [
    2,
    {
      structs: [
        [
          [1, { string: 'ip' }],
          [2, { i32: 0 }],
          [3, { string: '10.0.0.1' }],
        ],
      ],
    },
  ],
];

/** The library writes -0 as 0, so spans that print a -0 anywhere are left out. */
const writableSpan = microsecondSpan.filter((each) => !inspect(each, { depth: Infinity }).includes('-0'));

/** A span struct with other or more fields than the plainest. */
function span(...fields: Struct): Struct {
  const plain: Struct = [
    [1, { i64: 0x1122334455667788n }],
    [2, { i64: -1n }],
    [3, { i64: -2n }],
    [4, { i64: 0n }],
    [5, { string: 'FindDriver' }],
    [7, { i32: 1 }],
    [8, { i64: 1_700_000_000_000_001n }],
    [9, { i64: 250n }],
  ];
  return [...plain.filter(([id]) => !fields.some(([other]) => other === id)), ...fields];
}

function tag(key: string, type: number, id: number, value: Struct[number][1]): Struct {
  return [
    [1, { string: key }],
    [2, { i32: type }],
    [id, value],
  ];
}

function nested(depth: number): Struct {
  let struct: Struct = [];
  for (let i = 1; i < depth; i++) struct = [[1, { struct }]];
  return [[50, { struct }]];
}

/** The field 2, a list of structs. */
function listBytes(count: number, ...elements: readonly number[]): Uint8Array {
  const header = [15, 0, 2, 12, (count >>> 24) & 0xff, (count >>> 16) & 0xff, (count >>> 8) & 0xff, count & 0xff];
  return new Uint8Array([...header, ...elements, 0]);
}

/** The field 9, a map whose types are not said. */
function mapBytes(count: number): Uint8Array {
  return new Uint8Array([13, 0, 9, 0, 0, 0, 0, 0, count, 0]);
}

function batch(...spans: readonly Struct[]): Struct {
  return [
    [1, { struct: process }],
    [2, { structs: spans }],
  ];
}

describe.each(encodings)('%s', (encoding, decode) => {
  function decodeOne(...fields: Struct): Span {
    const { spans, rejected } = decode(structBytes(encoding, batch(span(...fields))));
    expect(rejected).toEqual({});
    const [first] = spans;
    if (first === undefined) throw new Error('no span');
    return first;
  }

  test('every field', () => {
    const decoded = decodeOne(
      [
        10,
        {
          structs: [
            tag('s', 0, 3, { string: 'ünï' }),
            tag('d', 1, 4, { double: 0.1 }),
            tag('b', 2, 5, { bool: true }),
            tag('no', 2, 5, { bool: false }),
            tag('l', 3, 6, { i64: -(2n ** 63n) }),
            tag('x', 4, 7, { binary: new Uint8Array([0, 0xff]) }),
            tag('span.kind', 0, 3, { string: 'server' }),
            tag('error', 2, 5, { bool: true }),
            tag('of no known type', 9, 3, { string: '' }),
          ],
        },
      ],
      [
        11,
        {
          structs: [
            [
              [1, { i64: 5n }],
              [2, { structs: [tag('event', 0, 3, { string: 'retry' })] }],
            ],
          ],
        },
      ],
      [
        6,
        {
          structs: [
            [
              [1, { i32: 0 }],
              [2, { i64: 0x1122334455667788n }],
              [3, { i64: -1n }],
              [4, { i64: 3n }],
            ],
            [
              [1, { i32: 1 }],
              [2, { i64: 9n }],
              [3, { i64: 0n }],
              [4, { i64: 4n }],
            ],
          ],
        },
      ],
    );
    expect(decoded).toEqual({
      traceId: 'ffffffffffffffff1122334455667788',
      spanId: 'fffffffffffffffe',
      parentSpanId: '0000000000000003',
      traceState: '',
      flags: 1,
      name: 'FindDriver',
      kind: SpanKind.SERVER,
      startTimeUnixNano: 1_700_000_000_000_001_000n,
      endTimeUnixNano: 1_700_000_000_000_251_000n,
      attributes: new Map<string, unknown>([
        ['s', 'ünï'],
        ['d', 0.1],
        ['b', true],
        ['no', false],
        ['l', -(2n ** 63n)],
        ['x', new Uint8Array([0, 0xff])],
      ]),
      droppedAttributesCount: 1,
      events: [{ timeUnixNano: 5000n, name: 'retry', attributes: new Map(), droppedAttributesCount: 0 }],
      droppedEventsCount: 0,
      links: [
        {
          traceId: '00000000000000000000000000000009',
          spanId: '0000000000000004',
          traceState: '',
          flags: 0,
          attributes: new Map(),
          droppedAttributesCount: 0,
        },
      ],
      droppedLinksCount: 0,
      status: { code: StatusCode.ERROR, message: '' },
      resource: {
        attributes: new Map([
          ['service.name', 'driver'],
          ['ip', '10.0.0.1'],
        ]),
        droppedAttributesCount: 0,
        schemaUrl: '',
      },
      scope: { name: '', version: '', attributes: new Map(), droppedAttributesCount: 0, schemaUrl: '' },
      weight: 1,
    });
  });

  test('random spans are the same as through JSON', () => {
    fc.assert(
      fc.property(fc.array(writableSpan, { minLength: 1, maxLength: 3 }), (random) => {
        // One process a batch.
        const [first] = random;
        if (first === undefined) return;
        const spans = random.map((each) => ({ ...each, resource: first.resource }));
        const fromThrift = decode(structBytes(encoding, batchOf(spans)));
        const fromJson = decodeJaegerJson(JSON.parse(JSON.stringify(encodeJaegerTrace(spans))));
        expect(fromThrift).toEqual(fromJson);
      }),
    );
  });

  test('a process after its spans', () => {
    const bytes = structBytes(encoding, batch(span()).toReversed());
    expect(decode(bytes)).toEqual(decode(structBytes(encoding, batch(span()))));
  });

  test('no process, no spans', () => {
    expect(decode(structBytes(encoding, []))).toEqual({ spans: [], rejected: {} });
    expect(decode(structBytes(encoding, [[2, { structs: [span()] }]])).spans[0]?.resource.attributes.size).toBe(0);
  });

  test('spans without ids or with an impossible start are rejected, the rest is kept', () => {
    const bytes = structBytes(
      encoding,
      batch(
        span([1, { i64: 0n }], [2, { i64: 0n }]),
        span([3, { i64: 0n }]),
        span([8, { i64: -1n }]),
        span([8, { i64: 2n ** 62n }]),
        span(),
      ),
    );
    expect(decode(bytes)).toMatchObject({
      spans: { length: 1 },
      rejected: { invalid_trace_id: 1, invalid_span_id: 1, invalid_start_time: 2 },
    });
  });

  test('unknown fields and fields of another type are skipped', () => {
    const odd: Struct = [
      [
        99,
        {
          struct: [
            [1, { structs: [[[1, { bool: true }]], []] }],
            [200, { double: 1 }],
          ],
        },
      ],
      [10, { string: 'not a list' }],
      [5, { i64: 1n }],
      [30, { bool: false }],
      [6, { structs: [] }],
    ];
    const bytes = structBytes(encoding, [...batch([...span(), ...odd]), [3, { i64: 1n }], [4, { struct: [] }]]);
    expect(decode(bytes)).toEqual(decode(structBytes(encoding, batch(span()))));
  });

  test('unknown structs may nest up to the limit', () => {
    expect(decode(structBytes(encoding, nested(MAX_THRIFT_DEPTH))).spans).toEqual([]);
    expect(() => decode(structBytes(encoding, nested(MAX_THRIFT_DEPTH + 1)))).toThrow(
      expect.objectContaining({ name: 'DecodeError', code: 'payload_too_deep' }),
    );
  });

  const whole = structBytes(
    encoding,
    batch(
      span(
        [
          10,
          {
            structs: [
              [
                [1, { string: 'k' }],
                [2, { i32: 2 }],
                [5, { bool: true }],
              ],
            ],
          },
        ],
        [
          11,
          {
            structs: [
              [
                [1, { i64: 5n }],
                [2, { structs: [] }],
              ],
            ],
          },
        ],
      ),
      span(),
    ),
  );

  test('cut anywhere it is a decode error', () => {
    for (let length = 1; length < whole.length; length++) {
      expect(() => decode(whole.subarray(0, length)), `cut to ${length}`).toThrow(DecodeError);
    }
  });

  test('so are bytes after the batch', () => {
    expect(() => decode(new Uint8Array([...whole, 0]))).toThrow(DecodeError);
  });

  test('with random bytes changed it is spans, rejections or a decode error', () => {
    const change = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        expect(() => orDecodeError(() => decode(bytes))).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  test('random bytes too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(() => orDecodeError(() => decode(bytes))).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });
});

describe('message headers', () => {
  test.each([true, false])('a call of emitBatch, strict: %j', (isStrict) => {
    const bytes = callBytes('emitBatch', isStrict, batch(span()));
    expect(decodeJaegerThrift(bytes)).toEqual(decodeJaegerThrift(structBytes('binary', batch(span()))));
  });

  test('a call of something else', () => {
    expect(() => decodeJaegerThrift(callBytes('emitZipkinBatch', true, []))).toThrow(
      expect.objectContaining({ code: 'unsupported_payload' }),
    );
  });
});

describe('sizes that the bytes do not bear out', () => {
  test.each([1, 2, 1_000_000, 2 ** 31 - 1, -1])('a list of %i spans and nothing behind it', (count) => {
    expect(() => decodeJaegerThrift(listBytes(count))).toThrow(DecodeError);
  });

  test('many empty structs in place of spans, which have required fields', () => {
    const empty = Array.from({ length: 1000 }, () => 0);
    expect(() => decodeJaegerThrift(listBytes(empty.length, ...empty))).toThrow(DecodeError);
  });

  test('exactly as many as can be: one span of the smallest size, and one byte less', () => {
    // Eight fields of seven bytes, all unknown ones, and the end.
    const smallest = Array.from({ length: 8 }, () => [8, 0, 77, 0, 0, 0, 0]).flat();
    expect(decodeJaegerThrift(listBytes(1, ...smallest, 0))).toEqual({ spans: [], rejected: { invalid_trace_id: 1 } });
    const smaller = [...smallest.slice(7), 3, 0, 77, 0];
    expect(() => decodeJaegerThrift(listBytes(1, ...smaller, 0))).toThrow(DecodeError);
  });

  test('a text of 2^31 - 1 bytes', () => {
    const bytes = new Uint8Array([12, 0, 1, 11, 0, 1, 0x7f, 0xff, 0xff, 0xff, 97, 0, 0]);
    expect(() => decodeJaegerThrift(bytes)).toThrow(DecodeError);
  });

  test('an empty map without types, and one with elements without types', () => {
    expect(decodeJaegerThrift(mapBytes(0)).spans).toEqual([]);
    expect(() => decodeJaegerThrift(mapBytes(1))).toThrow(DecodeError);
  });
});
