import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, isTooLongDuration, LONGEST_DURATION, parseDuration } from '../src/index.ts';

const MAX_INT64 = 2n ** 63n - 1n;

describe('parseDuration', () => {
  test.each([
    ['0', 0n],
    ['0s', 0n],
    ['1ns', 1n],
    ['100us', 100_000n],
    ['100µs', 100_000n],
    ['100μs', 100_000n],
    ['20ms', 20_000_000n],
    ['1.5s', 1_500_000_000n],
    ['.5s', 500_000_000n],
    ['1.s', 1_000_000_000n],
    ['1m30s', 90_000_000_000n],
    ['1m 30s', 90_000_000_000n],
    [' 2h ', 7_200_000_000_000n],
    ['1h1m1s1ms1us1ns', 3_661_001_001_001n],
    ['2d', 172_800_000_000_000n],
    ['1w', 604_800_000_000_000n],
    ['0.1ms', 100_000n],
    ['1.9ns', 1n],
    ['0.000000001s', 1n],
    ['9223372036854775807ns', MAX_INT64],
    ['9223372036.854775807s', MAX_INT64],
  ])('%j', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each([
    '',
    ' ',
    '1',
    '1.5',
    's',
    '.s',
    '-1s',
    '+1s',
    '1.2.3s',
    '1s2',
    '1 s',
    '1S',
    '1e3s',
    '1month',
    'abc',
    '1s,2s',
    'NaNs',
    '9223372036854775808ns',
    '300000d',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('refuses text of more than 292 years, and says that this is why', () => {
    for (const text of ['99999999h', '9223372036854775808ns', '106752d', ` ${'9'.repeat(90)}w`]) {
      expect(parseDuration(text)).toBeUndefined();
      expect(isTooLongDuration(text)).toBe(true);
    }
    for (const text of ['9223372036854775807ns', '99999999', '', '-1s', `${'9'.repeat(100)}s`]) {
      expect(isTooLongDuration(text)).toBe(false);
    }
    const [days = ''] = LONGEST_DURATION.split(' ');
    expect(parseDuration(days)).toBeDefined();
    expect(isTooLongDuration(`${Number.parseInt(days, 10) + 1}d`)).toBe(true);
  });

  test('refuses text of more than 100 characters', () => {
    expect(parseDuration(`${'0'.repeat(98)}1s`)).toBe(1_000_000_000n);
    expect(parseDuration(`${'0'.repeat(99)}1s`)).toBeUndefined();
  });

  test('is exact for any decimal', () => {
    const milliseconds = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(milliseconds, fc.nat({ max: 999_999 }), (whole, fraction) => {
        const text = `${whole}.${String(fraction).padStart(6, '0')}ms`;
        expect(parseDuration(text)).toBe(whole * 1_000_000n + BigInt(fraction));
      }),
    );
  });
});

describe('formatDuration', () => {
  test.each([
    [0n, '0ns'],
    [850, '850ns'],
    [999.4, '999ns'],
    [999.5, '1µs'],
    [1_000n, '1µs'],
    [12_345n, '12.3µs'],
    [999_499, '999µs'],
    [999_500, '1ms'],
    [1_500_000n, '1.5ms'],
    [123_456_789n, '123ms'],
    [999_500_000n, '1s'],
    [2_344_000_000n, '2.34s'],
    [59_949_000_000n, '59.9s'],
    [59_950_000_000n, '1m'],
    [90_000_000_000n, '1m 30s'],
    [3_599_400_000_000n, '59m 59s'],
    [3_599_600_000_000n, '1h'],
    [7_500_000_000_000n, '2h 5m'],
    [86_399_000_000_000n, '1d'],
    [273_600_000_000_000n, '3d 4h'],
    [-1_500_000n, '-1.5ms'],
    [MAX_INT64, '106752d'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('%s', (nanos, expected) => {
    expect(formatDuration(nanos)).toBe(expected);
  });

  test('can be parsed, and is close', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_INT64 / 2n }), fc.nat({ max: 62 }), (large, shift) => {
        const nanos = large >> BigInt(shift);
        const shown = parseDuration(formatDuration(nanos));
        expect(shown).toBeDefined();
        // Two units show at least 1h 0m of 1h 0m 30s: 1 part in 48 where days meet hours is the coarsest.
        expect(Math.abs(Number((shown ?? 0n) - nanos))).toBeLessThanOrEqual(Number(nanos) / 48);
      }),
    );
  });

  test('never shows a longer duration as a shorter one', () => {
    const nanos = fc
      .tuple(fc.bigInt({ min: 0n, max: MAX_INT64 / 2n }), fc.nat({ max: 62 }))
      .map(([n, s]) => n >> BigInt(s));
    fc.assert(
      fc.property(nanos, fc.bigInt({ min: 0n, max: 10n ** 12n }), (shorter, more) => {
        const shown = (value: bigint): bigint => parseDuration(formatDuration(value)) ?? -1n;
        expect(shown(shorter) <= shown(shorter + more)).toBe(true);
      }),
    );
  });
});
