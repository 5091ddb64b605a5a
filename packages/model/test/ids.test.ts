import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesFromHex, hexFromBytes, isSpanId, isTraceId, normalizeSpanId, normalizeTraceId } from '../src/index.ts';
import { arbitrarySpanId, arbitraryTraceId } from '../testing/arbitraries.ts';

describe('isTraceId and isSpanId', () => {
  test('take lower-case hex of the right length that is not zero', () => {
    expect(isTraceId('0af7651916cd43dd8448eb211c80319c')).toBe(true);
    expect(isSpanId('b7ad6b7169203331')).toBe(true);
    expect(isTraceId(`${'0'.repeat(31)}1`)).toBe(true);
    expect(isSpanId(`${'0'.repeat(15)}1`)).toBe(true);
  });

  test.each([
    '',
    '0'.repeat(32),
    '0AF7651916CD43DD8448EB211C80319C',
    '0af7651916cd43dd8448eb211c80319',
    '0af7651916cd43dd8448eb211c80319cc',
    '0af7651916cd43dd8448eb211c80319g',
    '0af7651916cd43dd8448eb211c80319c\n',
  ])('%j is no trace id', (id) => {
    expect(isTraceId(id)).toBe(false);
  });

  test.each(['', '0'.repeat(16), 'B7AD6B7169203331', 'b7ad6b716920333', 'b7ad6b71692033311', 'b7ad6b716920333g'])(
    '%j is no span id',
    (id) => {
      expect(isSpanId(id)).toBe(false);
    },
  );
});

describe('normalizeTraceId and normalizeSpanId', () => {
  test('pad on the left and make lower case', () => {
    expect(normalizeTraceId('ABC')).toBe(`${'0'.repeat(29)}abc`);
    expect(normalizeTraceId('b7ad6b7169203331')).toBe(`${'0'.repeat(16)}b7ad6b7169203331`);
    expect(normalizeSpanId('1')).toBe(`${'0'.repeat(15)}1`);
    expect(normalizeSpanId('B7AD6B7169203331')).toBe('b7ad6b7169203331');
  });

  test.each(['', '0', '0'.repeat(16), 'xyz', '0x12', ' 12', '-1', '1'.repeat(33)])('refuse %j', (id) => {
    expect(normalizeTraceId(id)).toBeUndefined();
    expect(normalizeSpanId(id)).toBeUndefined();
  });

  test('a span id has at most 16 digits, a trace id at most 32', () => {
    expect(normalizeSpanId('1'.repeat(16))).toBe('1'.repeat(16));
    expect(normalizeSpanId('1'.repeat(17))).toBeUndefined();
    expect(normalizeTraceId('1'.repeat(32))).toBe('1'.repeat(32));
    expect(normalizeTraceId('1'.repeat(33))).toBeUndefined();
  });

  test('what they give is an id, and stays as it is', () => {
    fc.assert(
      fc.property(arbitraryTraceId, arbitrarySpanId, (traceId, spanId) => {
        expect(isTraceId(traceId)).toBe(true);
        expect(normalizeTraceId(traceId)).toBe(traceId);
        expect(normalizeTraceId(traceId.replace(/^0+/, '').toUpperCase())).toBe(traceId);
        expect(isSpanId(spanId)).toBe(true);
        expect(normalizeSpanId(spanId)).toBe(spanId);
      }),
    );
  });
});

describe('hexFromBytes and bytesFromHex', () => {
  test('are inverse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(bytesFromHex(hexFromBytes(bytes))).toEqual(bytes);
      }),
    );
    expect(hexFromBytes(Uint8Array.of(0, 1, 0xab, 0xff))).toBe('0001abff');
  });

  test('a part of the bytes', () => {
    const bytes = Uint8Array.of(0x11, 0x22, 0x33, 0x44);
    expect(hexFromBytes(bytes, 1, 2)).toBe('2233');
    expect(hexFromBytes(bytes, 3)).toBe('44');
    expect(hexFromBytes(bytes, 4)).toBe('');
  });
});
