import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { hitScatter, layoutScatter } from '../../src/search/scatter-layout.ts';

const trace = fc.record({
  startMs: fc.integer({ min: 0, max: 4e12 }),
  durationNano: fc.double({ min: 0, max: 1e14, noNaN: true }),
  spanCount: fc.integer({ min: 1, max: 200_000 }),
  errorCount: fc.nat(3),
});

describe('layoutScatter', () => {
  it('keeps every mark in the plot, newer to the right and longer above', () => {
    fc.assert(
      fc.property(fc.array(trace, { minLength: 1, maxLength: 50 }), (traces) => {
        const { points, plot } = layoutScatter(traces, 800, 184, 0);
        expect(points).toHaveLength(traces.length);
        for (const point of points) {
          expect(point.x).toBeGreaterThanOrEqual(plot.left);
          expect(point.x).toBeLessThanOrEqual(plot.right);
          expect(point.y).toBeGreaterThanOrEqual(plot.top - 1e-6);
          expect(point.y).toBeLessThanOrEqual(plot.bottom + 1e-6);
        }
        const [a, b] = [traces[0], traces[traces.length - 1]];
        const [pointA, pointB] = [points[0], points[points.length - 1]];
        if (a === undefined || b === undefined || pointA === undefined || pointB === undefined) return;
        if (a.startMs < b.startMs) expect(pointA.x).toBeLessThanOrEqual(pointB.x);
        if (a.durationNano < b.durationNano) expect(pointA.y).toBeGreaterThanOrEqual(pointB.y - 1e-6);
      }),
    );
  });

  it('takes a log scale when durations are far apart', () => {
    const of = (durationNano: number) => ({ startMs: 0, durationNano, spanCount: 1, errorCount: 0 });
    expect(layoutScatter([of(1e6), of(19e6)], 800, 184, 0).scale).toBe('linear');
    expect(layoutScatter([of(1e6), of(20e6)], 800, 184, 0).scale).toBe('log');
  });

  it('takes as many traces as one can load', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => ({
      startMs: index,
      durationNano: index,
      spanCount: 1,
      errorCount: 0,
    }));
    expect(layoutScatter(many, 800, 184, 0).points).toHaveLength(200_000);
  });

  it('has nothing to draw for no traces', () => {
    expect(layoutScatter([], 800, 184, 0).points).toEqual([]);
  });
});

it('finds the nearest mark within reach', () => {
  const layout = layoutScatter(
    [
      { startMs: 0, durationNano: 1e6, spanCount: 1, errorCount: 0 },
      { startMs: 1000, durationNano: 1e6, spanCount: 9, errorCount: 1 },
    ],
    400,
    184,
    0,
  );
  const [first, second] = layout.points;
  expect(hitScatter(layout, (first?.x ?? 0) + 5, first?.y ?? 0)?.index).toBe(0);
  expect(hitScatter(layout, second?.x ?? 0, second?.y ?? 0)).toMatchObject({ index: 1, error: true });
  expect(hitScatter(layout, 200, 20)).toBeUndefined();
});
