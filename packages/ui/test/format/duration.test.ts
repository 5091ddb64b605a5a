import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatDuration, formatRoundDuration, parseDuration } from '../../src/format/duration.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 ns'],
    [999, '999 ns'],
    [1_000, '1.00 µs'],
    [999_499, '999 µs'],
    [999_600, '1.00 ms'],
    [12_340_000, '12.3 ms'],
    [9_996_000, '10.0 ms'],
    [200_000_000, '200 ms'],
    [1_500_000_000, '1.50 s'],
    [59_940_000_000, '59.9 s'],
    [59_960_000_000, '1m 00s'],
    [125_000_000_000, '2m 05s'],
    [3_599_600_000_000, '1h 00m'],
    [36_000_000_000_000, '10h 00m'],
    [-1_000_000, '-1.00 ms'],
    [Number.NaN, '–'],
  ])('writes %d ns as %s', (nano, text) => {
    expect(formatDuration(nano)).toBe(text);
  });

  it('is never longer than a column is wide', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (nano) => {
        expect(formatDuration(nano).length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it('drops decimals that say nothing on an axis', () => {
    expect(formatRoundDuration(1e10)).toBe('10 s');
    expect(formatRoundDuration(1.5e9)).toBe('1.50 s');
  });
});

it('reads durations with a unit and nothing else', () => {
  expect(parseDuration('1.5s')).toBe(1.5e9);
  expect(parseDuration(' 20 ms ')).toBe(20e6);
  expect(parseDuration('5µs')).toBe(5e3);
  for (const text of ['', '5', 'ms', '5 parsecs', '-5ms', '1e3s']) expect(parseDuration(text)).toBeUndefined();
});
