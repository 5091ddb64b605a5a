import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SERIES_LENGTH, noiseOf, segments } from '../../src/changes/change-points.ts';

const ones = (values: readonly number[]): number[] => values.map(() => 1);
const starts = (values: readonly number[], weights = ones(values)): number[] =>
  segments(values, weights).map(({ from }) => from);

describe('segments', () => {
  it('begin where the level changes', () => {
    expect(starts([0, 0, 0, 0, 9, 9, 9, 9])).toEqual([0, 4]);
    expect(starts([0, 0, 0, 0, 1, 1, 1, 1])).toEqual([0]);
    expect(starts([5, 5, 5, 5, 30, 30, 30, 5, 5, 5, 5])).toEqual([0, 4, 7]);
    expect(starts([])).toEqual([]);
    expect(starts([7])).toEqual([0]);
    expect(starts([7, 900])).toEqual([0]);
  });

  it('take no outlier for a level, and count by weight', () => {
    expect(starts([0, 0, 0, 0, 1000, 0, 0, 0, 0]).length).toBeLessThanOrEqual(3);
    expect(segments([0, 0, 0, 0, 4, 0, 0, 0], [1, 1, 1, 1, 0, 1, 1, 1])).toEqual([
      { from: 0, to: 8, level: 0, weight: 7 },
    ]);
    expect(
      starts(
        [0, 0, 0, 0, 1, 1, 1, 1],
        Array.from({ length: 8 }, () => 100),
      ),
    ).toEqual([0, 4]);
  });

  it('divide any series without holes, each no longer than the bound says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ value: fc.double({ min: -1e6, max: 1e6, noNaN: true }), weight: fc.nat(1000) }), {
          maxLength: 60,
        }),
        (series) => {
          const found = segments(
            series.map(({ value }) => value),
            series.map(({ weight }) => weight),
          );
          let at = 0;
          for (const { from, to, level } of found) {
            expect(from).toBe(at);
            expect(to - from).toBeGreaterThanOrEqual(Math.min(2, series.length));
            expect(Number.isFinite(level)).toBe(true);
            at = to;
          }
          expect(at).toBe(series.length);
        },
      ),
    );
  });

  it('find a step of any place and size, and none in what only varies', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 36 }),
        fc.integer({ min: 5, max: 1000 }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 }),
        (at, height, noise) => {
          // Uniform from -1 to 1 has the variance 1/3.
          const weights = noise.map(() => 3);
          expect(segments(noise, weights, { penalty: 8 })).toHaveLength(1);
          const [first, second, ...more] = segments(
            noise.map((value, i) => value + (i < at ? 0 : height)),
            weights,
          );
          expect(more.length).toBeLessThanOrEqual(2);
          expect(first?.from).toBe(0);
          expect(Math.min(...[second, ...more].map((each) => Math.abs((each?.from ?? 99) - at)))).toBe(0);
        },
      ),
      { numRuns: 50, examples: [[20, 10, Array.from({ length: 40 }, (_, i) => Math.sin(i * 7))]] },
    );
  });

  it('have a bound', () => {
    const most = Array.from({ length: MAX_SERIES_LENGTH }, (_, i) => (i < 1000 ? 0 : 9));
    expect(starts(most)).toEqual([0, 1000]);
    expect(() => segments([...most, 0], ones([...most, 0]))).toThrow(RangeError);
    expect(() => segments([1], [])).toThrow(RangeError);
  });
});

describe('noiseOf', () => {
  it('is the deviation by chance, whatever the levels are', () => {
    // Pseudo-random with a deviation of 1: twelve uniform values less 6.
    let state = 1;
    const uniform = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const values = Array.from({ length: 2000 }, (_, i) => {
      const normal = Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
      return normal / Math.sqrt(4) + (i < 1000 ? 0 : 500);
    });
    expect(
      noiseOf(
        values,
        values.map(() => 4),
      ),
    ).toBeCloseTo(1, 1);
    expect(noiseOf([1, 2], [1, 1])).toBe(0);
    expect(noiseOf([3, 3, 3, 3], [1, 1, 1, 1])).toBe(0);
  });
});
