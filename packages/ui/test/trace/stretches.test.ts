import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { stretchesOf, xRanges } from '../../src/trace/stretches.ts';

const WIDTH = 200;

/** Pixels that are covered, to a tenth of a pixel, found the slow way. */
function covered(ranges: readonly (readonly [number, number])[], startNano: number, endNano: number): boolean[] {
  const perPixel = (endNano - startNano) / WIDTH;
  return Array.from({ length: WIDTH }, (_, pixel) => {
    const [left, right] = [startNano + pixel * perPixel, startNano + (pixel + 1) * perPixel];
    return ranges.some(([from, to]) => from < right && to > left);
  });
}

describe('stretches as pixels', () => {
  it('cover what at least one stretch covers, in ranges that do not touch', () => {
    const stretch = fc.tuple(fc.nat(10_000), fc.nat(400)).map(([from, length]) => [from, from + length] as const);
    fc.assert(
      fc.property(
        fc.array(stretch, { maxLength: 60 }),
        fc.nat(5_000),
        fc.integer({ min: 200, max: 8_000 }),
        (list, startNano, span) => {
          const viewport = { startNano, endNano: startNano + span };
          const stretches = stretchesOf(
            Float64Array.from(list, ([from]) => from),
            Float64Array.from(list, ([, to]) => to),
          );
          const ranges = xRanges({ viewport, width: WIDTH }, stretches);
          for (const [index, { x, width }] of ranges.entries()) {
            expect(width).toBeGreaterThan(0);
            const before = ranges[index - 1];
            if (before !== undefined) expect(x).toBeGreaterThan(before.x + before.width);
          }
          for (const [pixel, isCovered] of covered(list, startNano, startNano + span).entries()) {
            const isDrawn = ranges.some(({ x, width }) => x < pixel + 1 && x + width > pixel);
            if (isCovered) expect(isDrawn).toBe(true);
          }
          // Nothing further than two pixels from any stretch.
          const near = (pixel: number): boolean =>
            list.some(([from, to]) => {
              const perPixel = span / WIDTH;
              return (from - startNano) / perPixel - 2 <= pixel && pixel <= (to - startNano) / perPixel + 2;
            });
          for (const { x, width } of ranges) {
            for (let at = Math.max(0, x); at < Math.min(WIDTH, x + width); at += 0.5) expect(near(at)).toBe(true);
          }
        },
      ),
    );
  });

  it('are as many as the pixels allow, however many stretches', () => {
    const from = Float64Array.from({ length: 100_000 }, (_, index) => index * 10);
    const stretches = stretchesOf(
      from,
      from.map((start) => start + 1),
    );
    expect(xRanges({ viewport: { startNano: 0, endNano: 1e6 }, width: WIDTH }, stretches)).toHaveLength(1);
    const zoomed = xRanges({ viewport: { startNano: 500_000, endNano: 500_100 }, width: WIDTH }, stretches);
    expect(zoomed.map(({ x, width }) => [Math.round(x), Math.round(width)]).slice(0, 3)).toEqual([
      [0, 2],
      [20, 2],
      [40, 2],
    ]);
  });

  it('are moved by a shift', () => {
    const stretches = stretchesOf(Float64Array.of(100), Float64Array.of(200));
    const area = { viewport: { startNano: 0, endNano: 1000 }, width: WIDTH };
    expect(xRanges(area, stretches, 300)).toEqual([{ x: 80, width: 20 }]);
  });
});
