import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DurationSketch, quantile } from '../../src/index.ts';

describe('quantile', () => {
  test('as numpy.percentile gives them', () => {
    const values = [15, 20, 35, 40, 50];
    expect([0, 0.05, 0.25, 0.3, 0.5, 0.9, 0.99, 1].map((q) => quantile(values, q))).toEqual([
      15,
      16,
      20,
      23,
      35,
      46,
      expect.closeTo(49.6, 10),
      50,
    ]);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeUndefined();
    expect([quantile(values, -1), quantile(values, 2)]).toEqual([15, 50]);
  });
});

const durations = fc.array(fc.oneof(fc.nat({ max: 10 }), fc.integer({ min: 1, max: 1e12 })), { maxLength: 200 });
const QUANTILES = [0, 0.01, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

function sketchOf(values: readonly number[], relativeError?: number): DurationSketch {
  const sketch = new DurationSketch(relativeError);
  for (const value of values) sketch.add(value);
  return sketch;
}

describe('DurationSketch', () => {
  test('is within its error of the value at the nearest rank', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.01, 0.05), (values, relativeError) => {
        const sketch = sketchOf(values, relativeError);
        const sorted = values.toSorted((a, b) => a - b);
        for (const q of QUANTILES) {
          const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
          const estimate = sketch.quantile(q);
          if (exact === undefined || estimate === undefined) expect([exact, estimate]).toEqual([undefined, undefined]);
          else expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(relativeError * exact * (1 + 1e-9));
        }
      }),
    );
  });

  test('parts merge to the whole, in any order', () => {
    fc.assert(
      fc.property(durations, durations, (first, second) => {
        const whole = sketchOf([...first, ...second]).toJson();
        const merged = sketchOf(second);
        merged.merge(sketchOf(first));
        expect({ ...merged.toJson(), sum: 0 }).toEqual({ ...whole, sum: 0 });
        expect(merged.sum).toBeCloseTo(whole.sum, -3);
      }),
    );
  });

  test('weights count as repetitions', () => {
    const weighted = new DurationSketch();
    weighted.add(10, 3);
    weighted.add(100, 1);
    expect(weighted.toJson()).toEqual(sketchOf([10, 10, 10, 100]).toJson());
    expect([weighted.count, weighted.average, weighted.min, weighted.max]).toEqual([4, 32.5, 10, 100]);
  });

  test('leaves out what is no duration, and is empty of nothing', () => {
    const sketch = sketchOf([Number.NaN, -1, Number.POSITIVE_INFINITY]);
    sketch.add(1, 0);
    sketch.add(1, Number.NaN);
    expect([sketch.count, sketch.quantile(0.5), sketch.average, sketch.min]).toEqual([
      0,
      undefined,
      undefined,
      undefined,
    ]);
    expect(() => sketch.merge(new DurationSketch(0.05))).toThrow(RangeError);
  });

  test('keeps to its bins, at the cost of the lowest', () => {
    const sketch = new DurationSketch();
    for (let exponent = -300; exponent <= 300; exponent++) for (let i = 1; i < 10; i++) sketch.add(i * 10 ** exponent);
    expect(sketch.toJson().bins).toHaveLength(2_048);
    expect(sketch.quantile(0.99)).toBeGreaterThan(1e290);
  });
});
