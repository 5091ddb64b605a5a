import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { stepAt, timeOfSteps } from '../../src/charts/time-chart-hit-test.ts';
import { layoutTimeChart, type TimeChartData } from '../../src/charts/time-chart-layout.ts';

const data: TimeChartData = {
  fromMs: 30_000,
  toMs: 270_000,
  firstStepMs: 0,
  stepMs: 60_000,
  stepCount: 5,
  series: [
    { tone: 'requests', label: 'requests', shape: 'bars', values: [1, 0, 4, 2, undefined] },
    { tone: 'p95', label: 'p95', shape: 'line', values: [3, undefined, 8, 6, undefined] },
  ],
  marks: [
    { atMs: 150_000, label: 'v2' },
    { atMs: 10, label: 'before' },
  ],
  leastTop: 1,
  formatValue: String,
};

describe('layoutTimeChart', () => {
  const layout = layoutTimeChart(data, 468, 142, 0);

  it('cuts the first and the last step at the window', () => {
    expect(layout.plot).toEqual({ left: 56, top: 20, right: 456, bottom: 120 });
    expect(layout.columns).toHaveLength(5);
    expect(layout.columns[0]).toEqual({ left: 56, right: 106 });
    expect(layout.columns[4]).toEqual({ left: 406, right: 456 });
  });

  it('has a bar for every value above 0, and lines that break where there is none', () => {
    expect(layout.bars[0]?.bars.map(({ step }) => step)).toEqual([0, 2, 3]);
    expect(layout.lines[0]?.pieces.map((piece) => piece.length)).toEqual([1, 2]);
  });

  it('shows the marks within the window', () => {
    expect(layout.marks).toEqual([{ x: 256, label: 'v2' }]);
  });

  it('keeps everything within the plot, larger values above smaller ones', () => {
    const value = fc.option(fc.double({ min: 0, max: 1e12, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), (values) => {
        const steps: TimeChartData = {
          ...data,
          toMs: values.length * 60_000,
          stepCount: values.length,
          series: [{ tone: 'p95', label: 'p95', shape: 'line', values }],
        };
        const { lines, plot } = layoutTimeChart(steps, 600, 200, 0);
        const points = lines.flatMap(({ pieces }) => pieces.flat());
        const given = values.filter((each) => each !== undefined);
        expect(points).toHaveLength(given.length);
        for (const [index, { x, y }] of points.entries()) {
          expect(x).toBeGreaterThanOrEqual(plot.left);
          expect(x).toBeLessThanOrEqual(plot.right);
          expect(y).toBeGreaterThanOrEqual(plot.top);
          expect(y).toBeLessThanOrEqual(plot.bottom);
          const [other, otherPoint] = [given[0], points[0]];
          if (other === undefined || otherPoint === undefined) continue;
          if ((given[index] ?? 0) > other) expect(y).toBeLessThanOrEqual(otherPoint.y);
        }
      }),
    );
  });
});

describe('what is at a place', () => {
  const layout = layoutTimeChart(data, 468, 142, 0);

  it('is the step below it, also beside the plot', () => {
    expect([0, 56, 105, 106, 300, 456, 900].map((x) => stepAt(layout, x))).toEqual([0, 0, 0, 1, 2, 4, 4]);
    expect(stepAt(layoutTimeChart({ ...data, stepCount: 0 }, 468, 142, 0), 100)).toBeUndefined();
  });

  it('is a time within the window', () => {
    expect(timeOfSteps(data, 0, 0)).toEqual({ fromMs: 30_000, toMs: 60_000 });
    expect(timeOfSteps(data, 1, 3)).toEqual({ fromMs: 60_000, toMs: 240_000 });
    expect(timeOfSteps(data, 4, 4)).toEqual({ fromMs: 240_000, toMs: 270_000 });
  });
});
