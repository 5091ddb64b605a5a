import fc from 'fast-check';
import { expect, it } from 'vitest';

import { BLOCK_ROWS, blocksAt } from '../../src/trace/row-blocks.ts';
import { ROW_HEIGHT } from '../../src/trace/waterfall-layout.ts';

it('holds every row on screen and some around, in as many blocks wherever one scrolls', () => {
  fc.assert(
    fc.property(
      fc.nat(300_000),
      fc.integer({ min: 1, max: 3000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rowCount, viewportHeight, share) => {
        const scrollTop = share * Math.max(0, rowCount * ROW_HEIGHT - viewportHeight);
        const { first, last } = blocksAt(scrollTop, viewportHeight, rowCount);
        const [from, to] = [scrollTop / ROW_HEIGHT, (scrollTop + viewportHeight) / ROW_HEIGHT];
        expect(first * BLOCK_ROWS).toBeLessThanOrEqual(Math.max(0, from - 6));
        expect(last * BLOCK_ROWS).toBeGreaterThanOrEqual(Math.min(rowCount, to + 6));
        const atTop = blocksAt(0, viewportHeight, rowCount);
        expect(last - first).toBe(atTop.last - atTop.first);
        expect((last - first) * BLOCK_ROWS).toBeLessThanOrEqual(viewportHeight / ROW_HEIGHT + 12 + 2 * BLOCK_ROWS);
      },
    ),
  );
});

it('has no block of no rows', () => {
  expect(blocksAt(0, 500, 0)).toEqual({ first: 0, last: 0 });
  expect(blocksAt(0, 500, 1)).toEqual({ first: 0, last: 1 });
  // Of a trace that has become shorter than where it was scrolled to.
  expect(blocksAt(100_000, 500, 10)).toEqual({ first: 0, last: 3 });
});
