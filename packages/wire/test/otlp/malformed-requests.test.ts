import { describe, expect, test } from 'vitest';

import { decodeOtlpColumns } from '../../src/index.ts';
import { outcomeOf } from './decode-outcome.ts';
import { attribute, bytesOf, field, integer, repeated, request, span, tag, text, varint } from './wire-format.ts';

const MALFORMED = 'malformed_payload';

const WIRE_TYPE_OF_SPAN_FIELD = [-1, 2, 2, 2, 2, 2, 0, 1, 1, 2, 0, 2, 0, 2, 0, 2, 5];

/** Nested groups of an unknown field. */
function groups(depth: number): Uint8Array {
  return bytesOf(repeated(depth, tag(99, 3)), repeated(depth, tag(99, 4)));
}

/** How many spans there are, or the error's code. */
function outcome(bytes: Uint8Array): number | string {
  return outcomeOf(() => decodeOtlpColumns(bytes).spanCount);
}

describe('malformed requests', () => {
  test('cut anywhere within their only field', () => {
    const bytes = request(span(text(5, 'name'), attribute('k', integer(3, 300)), field(15, integer(3, 1))));
    for (let length = 1; length < bytes.length; length++) expect(outcome(bytes.subarray(0, length))).toBe(MALFORMED);
  });

  test('a known field with another wire type', () => {
    expect(outcome(integer(1, 1))).toBe(MALFORMED);
    expect(outcome(field(1, integer(1, 1)))).toBe(MALFORMED);
    expect(outcome(field(1, field(2, integer(2, 1))))).toBe(MALFORMED);
    for (let number = 1; number <= 16; number++) {
      const contents = [[1], [1, 2, 3, 4, 5, 6, 7, 8], [0], [...tag(number, 4)], [], [1, 2, 3, 4]];
      const wireTypes = [0, 1, 2, 3, 4, 5].filter(
        (wireType) => outcome(request(span([...tag(number, wireType), ...(contents[wireType] ?? [])]))) !== MALFORMED,
      );
      expect(wireTypes).toEqual([WIRE_TYPE_OF_SPAN_FIELD[number]]);
    }
    expect(outcome(request(span(attribute('k', tag(1, 0), 1))))).toBe(MALFORMED);
    expect(outcome(request(span(attribute('k', tag(3, 2), 1, 1))))).toBe(MALFORMED);
    expect(outcome(request(span(field(9, integer(1, 1)))))).toBe(MALFORMED);
    expect(outcome(request(span(field(11, integer(1, 1)))))).toBe(MALFORMED);
    expect(outcome(request(span(field(13, integer(6, 1)))))).toBe(MALFORMED);
    expect(outcome(request(span(field(15, text(3, 'x')))))).toBe(MALFORMED);
    expect(outcome(field(1, field(1, text(2, 'x'))))).toBe(MALFORMED);
    expect(outcome(field(1, field(2, field(1, integer(1, 1)))))).toBe(MALFORMED);
  });

  test('wire types 6 and 7, field number 0, tags of more than 32 bits', () => {
    for (const bad of [[tag(20, 6)], [tag(20, 7)], [0], [2, 0], [varint(2n ** 32n * 8n), 0]]) {
      expect(outcome(bytesOf(...bad))).toBe(MALFORMED);
      expect(outcome(request(span(...bad)))).toBe(MALFORMED);
      expect(outcome(request(span(attribute('k', ...bad))))).toBe(MALFORMED);
    }
  });

  test('varints of more than 10 bytes', () => {
    const endless = Array.from({ length: 10 }, () => 0x80);
    expect(outcome(bytesOf(endless, 0))).toBe(MALFORMED);
    expect(outcome(request(span(tag(6, 0), endless, 0)))).toBe(MALFORMED);
    expect(outcome(request(span(tag(5, 2), endless, 0)))).toBe(MALFORMED);
    expect(outcome(request(span(attribute('k', tag(3, 0), endless, 0))))).toBe(MALFORMED);
    expect(outcome(request(span(tag(99, 0), endless, 0)))).toBe(MALFORMED);
  });

  test('lengths of 2^31, 2^32, 2^53, 2^63 and 2^64 - 1', () => {
    for (const length of [
      2n ** 31n - 1n,
      2n ** 31n,
      2n ** 32n - 1n,
      2n ** 32n,
      2n ** 32n + 1n,
      2n ** 53n,
      2n ** 63n,
      2n ** 64n - 1n,
    ]) {
      const long = (number: number): number[] => [...tag(number, 2), ...varint(length)];
      expect(outcome(bytesOf(long(1)))).toBe(MALFORMED);
      expect(outcome(field(1, long(2)))).toBe(MALFORMED);
      expect(outcome(field(1, long(3)))).toBe(MALFORMED);
      expect(outcome(field(1, field(2, long(2))))).toBe(MALFORMED);
      for (const number of [1, 2, 3, 4, 5, 9, 11, 13, 15, 77])
        expect(outcome(request(span(long(number))))).toBe(MALFORMED);
      expect(outcome(request(span(field(9, long(1)))))).toBe(MALFORMED);
      expect(outcome(request(span(field(9, long(2)))))).toBe(MALFORMED);
      for (const number of [1, 5, 6, 7, 77])
        expect(outcome(request(span(attribute('k', long(number)))))).toBe(MALFORMED);
      for (const number of [11, 13, 15]) expect(outcome(request(span(field(number, long(2)))))).toBe(MALFORMED);
    }
  });

  test('a field that reaches out of its message, though not out of the request', () => {
    const inner = bytesOf(tag(5, 2), 20);
    expect(outcome(bytesOf(request(span(inner)), request(span())))).toBe(MALFORMED);
    expect(outcome(request(span(field(9, tag(2, 2), 5)), span()))).toBe(MALFORMED);
    expect(outcome(request(span(attribute('k', tag(3, 0), 0x80)), span()))).toBe(MALFORMED);
    expect(outcome(request(span(attribute('k', tag(4, 1), 1, 2)), span()))).toBe(MALFORMED);
    expect(outcome(request(span(tag(7, 1), 1, 2), span()))).toBe(MALFORMED);
    expect(outcome(request(span(tag(16, 5), 1, 2), span()))).toBe(MALFORMED);
    expect(outcome(request(span(tag(6, 0), 0x80), span()))).toBe(MALFORMED);
    expect(outcome(request(span(field(15, tag(3, 0), 0x80)), span()))).toBe(MALFORMED);
  });

  test('a number that is cut at the end of the request, though every length is right', () => {
    for (const cut of [
      bytesOf(tag(7, 1), 1, 2),
      bytesOf(tag(8, 1)),
      bytesOf(tag(16, 5), 1),
      bytesOf(tag(6, 0), 0x80),
    ]) {
      expect(outcome(request(span(cut)))).toBe(MALFORMED);
    }
    for (const cut of [bytesOf(tag(4, 1), 1, 2, 3), bytesOf(tag(3, 0)), bytesOf(tag(2, 0), 0x80), bytesOf(tag(1, 2))]) {
      expect(outcome(request(span(attribute('k', cut))))).toBe(MALFORMED);
      expect(outcome(request(span(attribute('k', field(5, field(1, cut))))))).toBe(MALFORMED);
    }
  });

  test('groups that do not close, or close another', () => {
    expect(outcome(bytesOf(tag(99, 3)))).toBe(MALFORMED);
    expect(outcome(bytesOf(tag(99, 4)))).toBe(MALFORMED);
    expect(outcome(bytesOf(tag(99, 3), tag(98, 4)))).toBe(MALFORMED);
    expect(outcome(request(span(tag(99, 3)), span(tag(99, 4))))).toBe(MALFORMED);
  });

  test('groups nested to 32 levels are skipped, deeper ones are too deep', () => {
    expect(outcome(groups(32))).toBe(0);
    expect(outcome(groups(33))).toBe('payload_too_deep');
    expect(outcome(groups(100_000))).toBe('payload_too_deep');
  });

  test('what is malformed inside of nested values, events, links, resources and scopes', () => {
    const bad = bytesOf(tag(1, 2), 9);
    expect(outcome(request(span(attribute('k', field(5, bad)))))).toBe(MALFORMED);
    expect(outcome(request(span(attribute('k', field(6, bad)))))).toBe(MALFORMED);
    expect(outcome(request(span(attribute('k', field(5, field(1, field(6, field(1, bad))))))))).toBe(MALFORMED);
    expect(outcome(request(span(field(11, field(3, bad)))))).toBe(MALFORMED);
    expect(outcome(request(span(field(13, field(4, field(2, bad))))))).toBe(MALFORMED);
    expect(outcome(field(1, field(1, field(1, bad))))).toBe(MALFORMED);
    expect(outcome(field(1, field(2, field(1, field(3, bad)))))).toBe(MALFORMED);
  });
});
