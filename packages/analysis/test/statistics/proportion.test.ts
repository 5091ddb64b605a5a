import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shareBounds } from '../../src/index.ts';

test('bounds of 10 of 100, calculated by hand', () => {
  const { low, high } = shareBounds(10, 100);
  expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.0607', '0.1604']);
});

test('the share lies between its bounds, which are between 0 and 1', () => {
  expect(shareBounds(0, 0)).toEqual({ low: 0, high: 1 });
  fc.assert(
    fc.property(fc.nat({ max: 1_000 }), fc.integer({ min: 1, max: 1_000 }), (count, more) => {
      const { low, high } = shareBounds(count, count + more);
      const share = count / (count + more);
      expect(low >= 0 && low <= share + 1e-12 && share <= high + 1e-12 && high <= 1).toBe(true);
    }),
  );
});
