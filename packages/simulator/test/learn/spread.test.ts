import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Distribution, draw, meanOf, RandomSource } from '../../src/index.ts';
import { durationDistribution, numberDistribution } from '../../src/scenario/quantity-schemas.ts';
import { INVALID } from '../../src/scenario/schema.ts';
import { spreadOfCounts, spreadOfDurations } from '../../src/learn/spread.ts';

function parsed(schema: typeof durationDistribution, data: unknown): Distribution {
  const distribution = schema.parse(data, '', []);
  if (distribution === INVALID) throw new Error(`no distribution: ${JSON.stringify(data)}`);
  return distribution;
}

describe('durations', () => {
  test('of any size are a distribution that a file may have, of nearly the same mean', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e13, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (nanos) => {
          const spread = spreadOfDurations(nanos);
          if (spread === undefined) return Math.max(...nanos) < 1_000;
          const mean = nanos.reduce((sum, nano) => sum + nano, 0) / nanos.length;
          // Lines between 9 points, of values that are rounded to 3 digits; the half of a step lies on each side.
          return Math.abs(meanOf(parsed(durationDistribution, spread)) - mean) <= 0.15 * Math.max(...nanos);
        },
      ),
    );
  });

  test('a few that are far longer than the others do not make the others longer', () => {
    const nanos = [...Array.from({ length: 980 }, () => 2e6), ...Array.from({ length: 20 }, (_, i) => (250 + i) * 1e6)];
    const distribution = parsed(durationDistribution, spreadOfDurations(nanos));
    const mean = nanos.reduce((sum, nano) => sum + nano, 0) / nanos.length;
    expect(meanOf(distribution) / mean).toBeGreaterThan(0.96);
    expect(meanOf(distribution) / mean).toBeLessThan(1.04);
  });
});

describe('counts', () => {
  test('a few different ones come with their shares', () => {
    const counts = [
      ...Array.from({ length: 60 }, () => 1),
      ...Array.from({ length: 30 }, () => 2),
      ...Array(10).fill(9),
    ];
    const distribution = parsed(numberDistribution, spreadOfCounts(counts));
    const random = new RandomSource(1).stream('counts');
    const drawn = Array.from({ length: 10_000 }, () => Math.round(draw(distribution, random)));
    const shareOf = (value: number): number => drawn.filter((one) => one === value).length / drawn.length;
    expect(shareOf(1)).toBeCloseTo(0.6, 1);
    expect(shareOf(2)).toBeCloseTo(0.3, 1);
    expect(shareOf(9)).toBeCloseTo(0.1, 1);
    expect(shareOf(1) + shareOf(2) + shareOf(9)).toBeGreaterThan(0.999);
  });

  test('once each is nothing to say, and always the same is a number', () => {
    expect([spreadOfCounts([1, 1]), spreadOfCounts([4, 4])]).toEqual([undefined, 4]);
  });

  test('any are a distribution between the least and the most', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 200 }), (counts) => {
        const mean = meanOf(parsed(numberDistribution, spreadOfCounts(counts) ?? 1));
        return mean >= Math.min(...counts) - 1e-9 && mean <= Math.max(...counts) + 1e-9;
      }),
    );
  });
});
