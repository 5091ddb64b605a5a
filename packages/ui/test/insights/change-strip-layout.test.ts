import type { HeatMapAnswer } from '@throughline/query/client';
import { describe, expect, it } from 'vitest';

import { hitStrip, layoutStrip } from '../../src/insights/change-strip-layout.ts';

const map: HeatMapAnswer = {
  window: {
    start_time: 1000,
    end_time: 2200,
    start_time_unix_nano: '1000000000000',
    end_time_unix_nano: '2200000000000',
    chosen: 'request',
  },
  step_seconds: 60,
  first_column_time: 1000,
  first_column_time_unix_nano: '1000000000000',
  column_count: 20,
  rows: [
    { min_nano: 1e6, max_nano: 1e7 },
    { min_nano: 1e7, max_nano: 1e8 },
  ],
  cells: [
    { column: 2, row: 0, count: 16, error_count: 0 },
    { column: 7, row: 0, count: 3, error_count: 1 },
    { column: 7, row: 1, count: 1, error_count: 1 },
  ],
  count: 20,
  error_count: 2,
  filter: '{ }',
  filter_parts: [],
  complete: true,
  reasons: [],
};

describe('the strip of a change', () => {
  const layout = layoutStrip(map, { sinceSeconds: 1360, untilSeconds: null }, 120, 44);

  it('has longer durations higher, leaves out the time without spans at both ends, and shows few spans fainter', () => {
    const [many, few, slow] = layout.cells;
    expect(many).toMatchObject({ x: 0, width: 20, density: 1 });
    expect(few?.x).toBe(100);
    expect(slow?.y).toBeLessThan(few?.y ?? 0);
    expect(slow?.density).toBe(0.25);
    expect([layout.shortest, layout.longest]).toEqual([1e6, 1e8]);
  });

  it('has the share of errors of each column', () => {
    expect(layout.columns).toEqual([
      { x: 0, width: 20, startSeconds: 1120, count: 16, errorCount: 0, errorHeight: 0 },
      { x: 100, width: 20, startSeconds: 1420, count: 4, errorCount: 2, errorHeight: 6 },
    ]);
  });

  it('frames the time of the change, within what is shown', () => {
    expect(layout.sinceX).toBe(80);
    expect(layout.untilX).toBeUndefined();
    expect(layoutStrip(map, { sinceSeconds: 0, untilSeconds: 9999 }, 120, 44)).toMatchObject({
      sinceX: 0,
      untilX: 120,
    });
  });

  it('finds the column under a point', () => {
    expect(hitStrip(layout, 110)?.count).toBe(4);
    expect(hitStrip(layout, 50)).toBeUndefined();
  });

  it('is empty without spans', () => {
    const empty = layoutStrip(
      { ...map, rows: [], cells: [], column_count: 0 },
      { sinceSeconds: 1300, untilSeconds: null },
      200,
      44,
    );
    expect(empty).toMatchObject({ cells: [], columns: [], shortest: 0, longest: 0 });
  });
});
