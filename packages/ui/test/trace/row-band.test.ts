import fc from 'fast-check';
import { expect, it } from 'vitest';

import { bandAnchor, bandAt, scrollTopFor } from '../../src/trace/row-band.ts';
import { ROW_HEIGHT } from '../../src/trace/waterfall-layout.ts';

const rowCount = fc.nat(300_000);
const height = fc.integer({ min: 1, max: 3000 });

it('holds every row on screen, a bounded number of rows, and depends on the anchor only', () => {
  fc.assert(
    fc.property(rowCount, height, fc.double({ min: 0, max: 1, noNaN: true }), (count, viewport, share) => {
      const scrollTop = share * Math.max(0, count * ROW_HEIGHT - viewport);
      const band = bandAt(bandAnchor(scrollTop), viewport, count);
      expect(band.first).toBeLessThanOrEqual(Math.floor(scrollTop / ROW_HEIGHT));
      expect(band.last).toBeGreaterThanOrEqual(Math.min(count, Math.ceil((scrollTop + viewport) / ROW_HEIGHT)));
      expect(band.last - band.first).toBeLessThanOrEqual(viewport / ROW_HEIGHT + 84);
    }),
  );
});

it('scrolls no further than needed to show a row', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(2_000_000), fc.integer({ min: 100, max: 2000 }), (position, from, viewport) => {
      const to = scrollTopFor(position, from, viewport);
      expect(position * ROW_HEIGHT).toBeGreaterThanOrEqual(to);
      expect((position + 1) * ROW_HEIGHT).toBeLessThanOrEqual(to + viewport);
    }),
  );
  expect(scrollTopFor(10, 100, 500)).toBe(100);
});
