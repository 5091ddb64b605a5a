import { decodeOtlpProtobuf, encodeOtlpProtobuf } from '@throughline/wire';
import { expect, test } from 'vitest';
import { countDatadogSpans, countOtlpSpans } from '../../src/measured/count-spans.ts';
import { SPANS_PER_TRACE, SyntheticTraces } from '../../src/synthetic-spans.ts';

test('spans of an OTLP request are counted over its resources and scopes', () => {
  const request = new SyntheticTraces(3).request(7, () => 1n);
  expect(countOtlpSpans(request)).toBe(7 * SPANS_PER_TRACE);
  const two = decodeOtlpProtobuf(request).spans.slice(0, 2);
  expect(countOtlpSpans(encodeOtlpProtobuf(two))).toBe(2);
  expect(countOtlpSpans(new Uint8Array(0))).toBe(0);
});

test('a request that is cut off or is none is refused', () => {
  const request = encodeOtlpProtobuf(decodeOtlpProtobuf(new SyntheticTraces(3).request(1, () => 1n)).spans.slice(0, 1));
  expect(() => countOtlpSpans(request.subarray(0, -1))).toThrow(RangeError);
  expect(() => countOtlpSpans(Buffer.from('{"resourceSpans":[]}'))).toThrow(RangeError);
});

test('spans of a MessagePack request are counted over its traces, whatever is in them', () => {
  const text16 = Buffer.concat([Buffer.from([0xda, 0x01, 0x00]), Buffer.alloc(256, 'x')]);
  const span = Buffer.concat([
    Buffer.from([0x86]),
    Buffer.from([0xa4, ...Buffer.from('name'), 0xa1, 0x78]),
    Buffer.from([0xa5, ...Buffer.from('start'), 0xcf, 1, 2, 3, 4, 5, 6, 7, 8]),
    Buffer.from([0xa5, ...Buffer.from('error'), 0x00]),
    Buffer.from([0xa4, ...Buffer.from('meta'), 0xdf, 0, 0, 0, 1, 0xa1, 0x61]),
    text16,
    Buffer.from([0xa1, 0x6d, 0x81, 0xd9, 1, 0x62, 0xcb, 0, 0, 0, 0, 0, 0, 0, 0]),
    Buffer.from([0xa1, 0x6c, 0x92, 0xc3, 0xd1, 0, 1]),
  ]);
  const request = Buffer.concat([Buffer.from([0xdd, 0, 0, 0, 2, 0xdc, 0, 2]), span, span, Buffer.from([0x91]), span]);
  expect(countDatadogSpans(request)).toBe(3);
  expect(countDatadogSpans(Buffer.from([0x90]))).toBe(0);
  expect(() => countDatadogSpans(Buffer.from([0x80]))).toThrow(RangeError);
});
