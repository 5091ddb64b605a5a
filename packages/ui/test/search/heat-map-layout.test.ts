import { heatMapRegion } from '@throughline/query/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxOf, countsIn, hitHeatMap, nearestCell, rangeBetween } from '../../src/search/heat-map-hit-test.ts';
import { layoutHeatMap } from '../../src/search/heat-map-layout.ts';
import { arbitraryMap, mapWith } from './heat-map.ts';

describe('layoutHeatMap', () => {
  it('keeps every cell in the plot, and finds it again at its middle', () => {
    fc.assert(
      fc.property(arbitraryMap, (map) => {
        const layout = layoutHeatMap(map, 800, 184, 0);
        expect(layout.cells).toHaveLength(map.cells.length);
        for (const cell of layout.cells) {
          expect(cell.left).toBeGreaterThanOrEqual(layout.plot.left);
          expect(cell.right).toBeLessThanOrEqual(layout.plot.right + 1e-6);
          expect(cell.top).toBeGreaterThanOrEqual(layout.plot.top - 1e-6);
          expect(cell.bottom).toBeLessThanOrEqual(layout.plot.bottom);
          const place = hitHeatMap(layout, (cell.left + cell.right) / 2, (cell.top + cell.bottom) / 2);
          expect(place).toEqual({ column: cell.column, row: cell.row });
          const box = boxOf(layout, rangeBetween(cell, cell));
          expect(box.left).toBeCloseTo(cell.left);
          expect(box.top).toBeCloseTo(cell.top);
        }
      }),
    );
  });

  it('paints more spans at a higher level, and names each level’s least count', () => {
    fc.assert(
      fc.property(arbitraryMap, (map) => {
        const { cells, levels } = layoutHeatMap(map, 800, 184, 0);
        expect(levels.toSorted((a, b) => a - b)).toEqual(levels);
        expect(new Set(levels).size).toBe(levels.length);
        for (const cell of cells) {
          expect(cell.count).toBeGreaterThanOrEqual(levels[cell.level] ?? Infinity);
          expect(cell.count).toBeLessThan(levels[cell.level + 1] ?? Infinity);
        }
      }),
    );
  });

  it('has longer durations further up, with ticks on round ones', () => {
    const { cells, yTicks, plot } = layoutHeatMap(
      mapWith([
        [0, 0, 1, 0],
        [0, 7, 1, 0],
      ]),
      800,
      184,
      0,
    );
    expect(cells[0]?.bottom).toBe(plot.bottom);
    expect(cells[1]?.top).toBeCloseTo(plot.top);
    expect(yTicks.map(({ label }) => label)).toEqual(['1 ms', '10 ms', '100 ms']);
    expect(yTicks[0]?.y).toBeCloseTo(plot.bottom);
  });

  it('draws the selected part exactly over its cells', () => {
    const map = mapWith([[2, 3, 1, 0]]);
    const range = { firstColumn: 2, lastColumn: 4, firstRow: 3, lastRow: 5 };
    const search = heatMapRegion(map, range);
    const layout = layoutHeatMap(map, 800, 184, 0, {
      startTime: search?.start_time ?? '',
      endTime: search?.end_time ?? '',
      minNano: map.rows[3]?.min_nano ?? 0,
      maxNano: map.rows[5]?.max_nano ?? 0,
      query: search?.q ?? '',
    });
    const box = boxOf(layout, range);
    for (const side of ['left', 'right', 'top', 'bottom'] as const) {
      expect(layout.region?.[side]).toBeCloseTo(box[side]);
    }
  });

  it('shows no part that lies beside the map', () => {
    const region = { startTime: '1.0', endTime: '2.0', minNano: 1, maxNano: 2, query: '{ }' };
    expect(layoutHeatMap(mapWith([]), 800, 184, 0, region).region).toBeUndefined();
  });

  it('has nothing to draw without spans', () => {
    const layout = layoutHeatMap({ ...mapWith([]), rows: [] }, 800, 184, 0);
    expect(layout).toMatchObject({ cells: [], levels: [], yTicks: [] });
    expect(hitHeatMap(layout, 400, 90)).toBeUndefined();
  });
});

it('finds cells only within the plot, and the nearest one anywhere', () => {
  const layout = layoutHeatMap(mapWith([]), 800, 184, 0);
  expect(hitHeatMap(layout, 10, 90)).toBeUndefined();
  expect(hitHeatMap(layout, layout.plot.left, layout.plot.bottom - 1)).toEqual({ column: 0, row: 0 });
  expect(nearestCell(layout, -100, -100)).toEqual({ column: 0, row: 7 });
  expect(nearestCell(layout, 9000, 9000)).toEqual({ column: 9, row: 0 });
});

it('counts what a range holds', () => {
  const { cells } = layoutHeatMap(
    mapWith([
      [1, 1, 5, 1],
      [2, 2, 7, 0],
      [9, 7, 100, 3],
    ]),
    800,
    184,
    0,
  );
  const range = rangeBetween({ column: 2, row: 1 }, { column: 0, row: 2 });
  expect(range).toEqual({ firstColumn: 0, lastColumn: 2, firstRow: 1, lastRow: 2 });
  expect(countsIn(cells, range)).toEqual({ count: 12, errorCount: 1 });
});
