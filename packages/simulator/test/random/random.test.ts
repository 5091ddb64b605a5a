import { describe, expect, test } from 'vitest';
import { type Distribution, draw, logNormalFromQuantiles, meanOf, RandomSource } from '../../src/index.ts';
import { normalQuantile } from '../../src/random/distribution.ts';

const DRAWS = 100_000;

function drawn(distribution: Distribution): number[] {
  const stream = new RandomSource(3).stream('test');
  return Array.from({ length: DRAWS }, () => draw(distribution, stream)).sort((a, b) => a - b);
}

describe('streams', () => {
  test('a name and a seed give the same numbers, others give others', () => {
    const numbers = (seed: number, name: string): number[] => {
      const stream = new RandomSource(seed).stream(name);
      return Array.from({ length: 5 }, () => stream.uint32());
    };
    expect(numbers(1, 'a')).toEqual(numbers(1, 'a'));
    expect(numbers(1, 'a')).not.toEqual(numbers(1, 'b'));
    expect(numbers(1, 'a')).not.toEqual(numbers(2, 'a'));
  });

  test('numbers are uniform: every bit, and every twentieth of the range', () => {
    const stream = new RandomSource(5).stream('bits');
    const bits = new Uint32Array(32);
    const parts = new Uint32Array(20);
    for (let i = 0; i < DRAWS; i++) {
      const word = stream.uint32();
      for (let bit = 0; bit < 32; bit++) bits[bit] = (bits[bit] ?? 0) + ((word >>> bit) & 1);
      const part = Math.floor(stream.next() * 20);
      parts[part] = (parts[part] ?? 0) + 1;
    }
    // Five deviations of a binomial count.
    for (const count of bits) expect(Math.abs(count - DRAWS / 2)).toBeLessThan(5 * Math.sqrt(DRAWS / 4));
    for (const count of parts) expect(Math.abs(count - DRAWS / 20)).toBeLessThan(5 * Math.sqrt((DRAWS / 20) * 0.95));
  });

  test('streams of similar names are not correlated', () => {
    const [a, b] = [new RandomSource(1).stream('s/1'), new RandomSource(1).stream('s/2')];
    let sum = 0;
    for (let i = 0; i < DRAWS; i++) sum += (a.next() - 0.5) * (b.next() - 0.5);
    expect(Math.abs(sum / DRAWS) * 12).toBeLessThan(5 / Math.sqrt(DRAWS));
  });
});

describe('distributions', () => {
  const cases: readonly Distribution[] = [
    { kind: 'constant', value: 7 },
    { kind: 'uniform', min: 2, max: 5 },
    { kind: 'exponential', mean: 3 },
    { kind: 'log-normal', median: 10, sigma: 0.5 },
    { kind: 'empirical', at: [0, 0.5, 0.9, 1], values: [1, 2, 10, 50] },
  ];
  test.each(cases)('the mean of $kind', (distribution) => {
    const values = drawn(distribution);
    const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
    expect(Math.abs(mean / meanOf(distribution) - 1)).toBeLessThan(0.02);
    expect(values[0]).toBeGreaterThanOrEqual(0);
  });

  test('a log-normal one has the quantiles that it was made from', () => {
    const values = drawn(logNormalFromQuantiles(20, 0.99, 200));
    expect((values[DRAWS / 2] ?? 0) / 20).toBeCloseTo(1, 1);
    expect((values[DRAWS * 0.99] ?? 0) / 200).toBeCloseTo(1, 1);
  });

  test('an empirical one has its quantiles and nothing outside of them', () => {
    const values = drawn({ kind: 'empirical', at: [0, 0.5, 0.9, 1], values: [1, 2, 10, 50] });
    expect(values[0]).toBeGreaterThanOrEqual(1);
    expect(values.at(-1)).toBeLessThanOrEqual(50);
    expect(Math.abs((values[DRAWS * 0.5] ?? 0) / 2 - 1)).toBeLessThan(0.05);
    // The next quantile is far away, so that few draws make a difference.
    expect(Math.abs((values[DRAWS * 0.9] ?? 0) / 10 - 1)).toBeLessThan(0.15);
  });

  test('the normal quantile', () => {
    expect(normalQuantile(0.5)).toBeCloseTo(0, 9);
    expect(normalQuantile(0.99)).toBeCloseTo(2.326347874, 7);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306, 7);
  });
});
