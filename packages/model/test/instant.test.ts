import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, instantFromSeconds, parseInstant, secondsFromNanos } from '../src/index.ts';
import { arbitraryInstant } from '../testing/arbitraries.ts';

const MAX_UINT64 = 2n ** 64n - 1n;

describe('parseInstant', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0n],
    ['1970-01-01T00:00:00.000000001Z', 1n],
    ['2023-01-29T08:30:15Z', 1_674_981_015_000_000_000n],
    ['2023-01-29t08:30:15z', 1_674_981_015_000_000_000n],
    ['2023-01-29 08:30:15', 1_674_981_015_000_000_000n],
    ['2023-01-29T08:30', 1_674_981_000_000_000_000n],
    ['2023-01-29', 1_674_950_400_000_000_000n],
    ['2023-01-29T08:30:15.5Z', 1_674_981_015_500_000_000n],
    ['2023-01-29T08:30:15,5Z', 1_674_981_015_500_000_000n],
    ['2023-01-29T08:30:15.123456+00:00', 1_674_981_015_123_456_000n],
    ['2023-01-29T08:30:15.1234567899Z', 1_674_981_015_123_456_789n],
    ['2023-01-29T10:00:15+01:30', 1_674_981_015_000_000_000n],
    ['2023-01-29T03:30:15-0500', 1_674_981_015_000_000_000n],
    ['2023-01-29T03:30:15-05', 1_674_981_015_000_000_000n],
    ['1970-01-01T01:00:00+01:00', 0n],
    ['2016-12-31T23:59:60Z', 1_483_228_800_000_000_000n],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000_000_000n],
    ['2554-07-21T23:34:33.709551615Z', MAX_UINT64],
  ])('%s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  test.each([
    '',
    'yesterday',
    '1674981015',
    '2023-1-29',
    '2023-02-29T00:00:00Z',
    '2023-13-01T00:00:00Z',
    '2023-00-01T00:00:00Z',
    '2023-01-00T00:00:00Z',
    '2023-01-29T24:00:00Z',
    '2023-01-29T08:60:00Z',
    '2023-01-29T08:30:61Z',
    '2023-01-29T08:30:15.Z',
    '2023-01-29T08:30:15+24:00',
    '2023-01-29T08:30:15+01:60',
    '2023-01-29T08:30:15ZZ',
    '2023-01-29T08:30:15Z\n',
    ' 2023-01-29T08:30:15Z',
    '1969-12-31T23:59:59.999999999Z',
    '1970-01-01T00:59:59+01:00',
    '2554-07-21T23:34:33.709551616Z',
    '0050-01-01T00:00:00Z',
    `2023-01-29T08:30:15.${'1'.repeat(31)}Z`,
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test('reads back every formatted instant', () => {
    fc.assert(
      fc.property(arbitraryInstant, (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant);
      }),
    );
  });

  test('agrees with Date on milliseconds and offsets', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(86_400_000), max: new Date('2550-01-01'), noInvalidDate: true }), (date) => {
        expect(parseInstant(date.toISOString())).toBe(BigInt(date.getTime()) * 1_000_000n);
        const withOffset = date.toISOString().replace('Z', '-07:45');
        expect(parseInstant(withOffset)).toBe(BigInt(Date.parse(withOffset)) * 1_000_000n);
      }),
    );
  });

  test('gives an instant or nothing for any text', () => {
    const digits = fc.stringMatching(/^[-0-9:TZ+. ]{0,40}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), digits), (text) => {
        const instant = parseInstant(text);
        expect(instant === undefined || (instant >= 0n && instant <= MAX_UINT64)).toBe(true);
      }),
    );
  });
});

describe('formatInstant', () => {
  test('always has nine digits, so that text sorts as time does', () => {
    expect(formatInstant(0n)).toBe('1970-01-01T00:00:00.000000000Z');
    expect(formatInstant(1_674_981_015_120_000_003n)).toBe('2023-01-29T08:30:15.120000003Z');
    fc.assert(
      fc.property(arbitraryInstant, arbitraryInstant, (a, b) => {
        expect(formatInstant(a) < formatInstant(b)).toBe(a < b);
      }),
    );
  });
});

describe('instantFromSeconds', () => {
  test.each([
    [0, 0n],
    [-0, 0n],
    [1, 1_000_000_000n],
    [1_700_000_000.1, 1_700_000_000_100_000_000n],
    [1_700_000_000.123456, 1_700_000_000_123_456_000n],
    [1_700_000_000.5, 1_700_000_000_500_000_000n],
    [0.1234567894, 123_456_789n],
    [0.1234567895, 123_456_790n],
    [0.9999999999, 1_000_000_000n],
    [1e-9, 1n],
    [4e-10, 0n],
    [18_446_744_073, 18_446_744_073_000_000_000n],
  ])('%d', (seconds, expected) => {
    expect(instantFromSeconds(seconds)).toBe(expected);
  });

  test.each([
    -1,
    -1e-9,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    18_446_744_074,
    2 ** 35,
    1e300,
  ])('refuses %d', (seconds) => {
    expect(instantFromSeconds(seconds)).toBeUndefined();
  });

  test('is off by no more than the double and the nanosecond allow', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 18e9, noNaN: true }), (seconds) => {
        const instant = instantFromSeconds(seconds) ?? -1n;
        // The exact value of the double: the whole part and a fraction, both without rounding.
        const whole = Math.floor(seconds);
        const error = Math.abs(Number(instant - BigInt(whole) * 1_000_000_000n) - (seconds - whole) * 1e9);
        const halfAnUlp = 2 ** Math.max(Math.floor(Math.log2(seconds || 1)) - 53, -60) * 1e9;
        expect(error).toBeLessThanOrEqual(0.5 + halfAnUlp + 1e-6);
      }),
    );
  });
});

describe('secondsFromNanos', () => {
  test.each([
    [0n, 0],
    [1n, 1e-9],
    [-1_500_000_000n, -1.5],
    [-1n, -1e-9],
    [1_700_000_000_123_456_000n, 1_700_000_000.123456],
    [MAX_UINT64, 18_446_744_073.709553],
  ])('%d', (nanos, expected) => {
    expect(secondsFromNanos(nanos)).toBe(expected);
  });

  test('gives back the seconds that an instant came from', () => {
    // From 2^23 seconds (April 1970) on a double is coarser than a nanosecond.
    fc.assert(
      fc.property(fc.double({ min: 2 ** 23, max: 18e9, noNaN: true }), (seconds) => {
        expect(secondsFromNanos(instantFromSeconds(seconds) ?? -1n)).toBe(seconds);
      }),
    );
  });

  test('and microseconds survive seconds', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 4_000_000_000_000_000n }), (micros) => {
        expect(instantFromSeconds(secondsFromNanos(micros * 1000n))).toBe(micros * 1000n);
      }),
    );
  });
});
