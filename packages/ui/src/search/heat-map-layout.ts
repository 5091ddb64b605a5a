import type { HeatMapAnswer } from '@throughline/query/client';

import { clockTicks, logTicks } from '../canvas/ticks.ts';
import { formatRoundDuration } from '../format/duration.ts';
import { formatAxisTime } from '../format/instant.ts';
import type { Region } from './region.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface HeatMapCell extends Box {
  readonly column: number;
  readonly row: number;
  readonly count: number;
  readonly errorCount: number;
  /** Of the colour scale: 0 for the fewest spans. */
  readonly level: number;
}

export interface HeatMapLayout {
  readonly width: number;
  readonly height: number;
  readonly plot: Box;
  readonly columnCount: number;
  readonly rowCount: number;
  readonly cells: readonly HeatMapCell[];
  readonly xTicks: readonly { readonly x: number; readonly label: string }[];
  readonly yTicks: readonly { readonly y: number; readonly label: string }[];
  /** The least count of each level, ascending; as many as there are different ones. */
  readonly levels: readonly number[];
  /** The selected part, where it is within the plot. */
  readonly region: Box | undefined;
}

/** Columns and rows, both ends included. */
export interface CellRange {
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly firstRow: number;
  readonly lastRow: number;
}

const MARGIN = { left: 64, top: 8, right: 16, bottom: 24 } as const;
export const LEVEL_COUNT = 6;

/** Places the cells: time across, the duration's rows up, each of the same height. */
export function layoutHeatMap(
  map: HeatMapAnswer,
  width: number,
  height: number,
  localOffsetMs: number,
  region?: Region,
): HeatMapLayout {
  const plot = { left: MARGIN.left, top: MARGIN.top, right: width - MARGIN.right, bottom: height - MARGIN.bottom };
  const rowCount = map.rows.length;
  const columnCount = Math.max(1, map.column_count);
  const levels = levelsUpTo(map.cells.reduce((most, { count }) => Math.max(most, count), 0));
  const x = (column: number): number => plot.left + (column / columnCount) * (plot.right - plot.left);
  const y = (row: number): number => plot.bottom - (row / Math.max(1, rowCount)) * (plot.bottom - plot.top);
  const fromMs = map.first_column_time * 1000;
  const stepMs = map.step_seconds * 1000;
  const toMs = fromMs + columnCount * stepMs;
  const times = clockTicks(fromMs, toMs, Math.floor((plot.right - plot.left) / 96), localOffsetMs);
  const durationY = (nano: number): number => y(rowAt(map.rows, nano));
  return {
    width,
    height,
    plot,
    columnCount,
    rowCount,
    cells: map.cells.map(({ column, row, count, error_count: errorCount }) => ({
      column,
      row,
      count,
      errorCount,
      level: levelOf(levels, count),
      left: x(column),
      right: x(column + 1),
      top: y(row + 1),
      bottom: y(row),
    })),
    xTicks: times.values.map((ms) => ({ x: x((ms - fromMs) / stepMs), label: formatAxisTime(ms, times.step) })),
    yTicks: durationTicks(map.rows).map((nano) => ({ y: durationY(nano), label: formatRoundDuration(nano) })),
    levels,
    region:
      region === undefined || rowCount === 0
        ? undefined
        : clipped(
            {
              left: x((Number(region.startTime) * 1000 - fromMs) / stepMs),
              right: x((Number(region.endTime) * 1000 - fromMs) / stepMs),
              top: durationY(region.maxNano),
              bottom: durationY(region.minNano),
            },
            plot,
          ),
  };
}

function clipped(box: Box, plot: Box): Box | undefined {
  const [left, right] = [Math.max(box.left, plot.left), Math.min(box.right, plot.right)];
  const [top, bottom] = [Math.max(box.top, plot.top), Math.min(box.bottom, plot.bottom)];
  return left < right && top < bottom ? { left, right, top, bottom } : undefined;
}

/** The duration's place in rows, from 0 at the shortest; within a row by the logarithm. */
function rowAt(rows: HeatMapAnswer['rows'], nano: number): number {
  for (const [index, { min_nano: min, max_nano: max }] of rows.entries()) {
    if (nano >= max) continue;
    if (nano <= min) return index;
    const share = min > 0 ? Math.log(nano / min) / Math.log(max / min) : nano / max;
    return index + share;
  }
  return rows.length;
}

function durationTicks(rows: HeatMapAnswer['rows']): readonly number[] {
  const longest = rows.at(-1)?.max_nano ?? 0;
  const shortest = rows.map(({ min_nano: min }) => min).find((min) => min > 0) ?? longest / 10;
  return logTicks(shortest, longest, 5);
}

/** Least counts of the levels, growing by a steady factor, so that both one span and very many can be told apart. */
function levelsUpTo(most: number): readonly number[] {
  if (!(most > 0)) return [];
  const levels = Array.from({ length: LEVEL_COUNT }, (_, index) => Math.ceil(most ** (index / LEVEL_COUNT)));
  return [...new Set(levels)];
}

function levelOf(levels: readonly number[], count: number): number {
  // Weighted counts may be below the first level's one.
  return Math.max(
    0,
    levels.findLastIndex((least) => count >= least),
  );
}
