import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustPValues, compareRanks, fisherExact, twoSidedNormal } from '../../src/statistics/significance.ts';

describe('fisherExact', () => {
  test("Fisher's lady tasting tea, and a table of R's manual", () => {
    // Three of four cups right: p = 34/70.
    expect(fisherExact(3, 4, 1, 4)).toBeCloseTo(34 / 70, 10);
    // fisher.test(matrix(c(2, 10, 15, 3), 2)): p-value = 0.0005367
    expect(fisherExact(2, 12, 15, 18)).toBeCloseTo(0.000_536_7, 6);
  });

  test('is 1 where there is nothing to tell', () => {
    expect([fisherExact(0, 0, 3, 5), fisherExact(0, 5, 0, 9), fisherExact(4, 4, 9, 9)]).toEqual([1, 1, 1]);
  });

  test('lies between 0 and 1 and does not depend on which set is first', () => {
    const counts = fc.record({
      a: fc.nat({ max: 200 }),
      moreA: fc.nat({ max: 200 }),
      b: fc.nat({ max: 200 }),
      moreB: fc.nat({ max: 200 }),
    });
    fc.assert(
      fc.property(counts, ({ a, moreA, b, moreB }) => {
        const p = fisherExact(a, a + moreA, b, b + moreB);
        expect(p > 0 && p <= 1).toBe(true);
        expect(fisherExact(b, b + moreB, a, a + moreA)).toBeCloseTo(p, 9);
      }),
    );
  });
});

test('twoSidedNormal has the usual quantiles', () => {
  expect(twoSidedNormal(0)).toBeCloseTo(1, 6);
  expect(twoSidedNormal(1.959_964)).toBeCloseTo(0.05, 6);
  expect(twoSidedNormal(-2.575_829)).toBeCloseTo(0.01, 6);
});

describe('compareRanks', () => {
  test('a worked example with ties', () => {
    // Ranks of the second: 3.5, 5.5, 7, 8; U = 24 - 10 = 14 of 16.
    const { delta, pValue } = compareRanks([1, 2, 3, 4], [3, 4, 5, 6]);
    expect(delta).toBeCloseTo((2 * 14) / 16 - 1, 10);
    // z = (14 - 8 - 0.5) / sqrt(16 / 12 * (9 - 12 / 56)); two ties of two.
    expect(pValue).toBeCloseTo(twoSidedNormal(5.5 / Math.sqrt((16 / 12) * (9 - 12 / 56))), 10);
  });

  test('nothing differs from itself', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 50 }), (values) => {
        expect(compareRanks(values, values).delta).toBeCloseTo(0, 10);
        expect(compareRanks(values, values).pValue).toBeCloseTo(1, 6);
        expect(compareRanks(values, [])).toEqual({ delta: 0, pValue: 1 });
      }),
    );
  });
});

describe('adjustPValues', () => {
  test("the example of R's p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), 'BH')", () => {
    for (const p of adjustPValues([0.01, 0.02, 0.03, 0.04, 0.05])) expect(p).toBeCloseTo(0.05, 10);
    const mixed = adjustPValues([0.04, 0.001, 0.5]);
    [0.06, 0.003, 0.5].forEach((p, i) => expect(mixed[i]).toBeCloseTo(p, 10));
  });

  test('never lowers a p-value and keeps their order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (pValues) => {
        const adjusted = adjustPValues(pValues);
        for (const [i, p] of pValues.entries()) {
          expect((adjusted[i] ?? 0) >= p && (adjusted[i] ?? 2) <= 1).toBe(true);
          for (const [j, other] of pValues.entries()) {
            if (p < other) expect((adjusted[i] ?? 0) <= (adjusted[j] ?? 0)).toBe(true);
          }
        }
      }),
    );
  });
});
