import type { HeatMapAnswer } from '@throughline/query/client';

/** A column of the strip: one step of time. Pixels from its top left corner. */
export interface StripColumn {
  readonly x: number;
  readonly width: number;
  /** Since the epoch. */
  readonly startSeconds: number;
  readonly count: number;
  readonly errorCount: number;
  /** From the bottom of the durations. */
  readonly errorHeight: number;
}

export interface StripCell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** 0 to 1: how many spans, against the fullest cell; by the root, so that few are still seen. */
  readonly density: number;
}

/** An operation's spans over time: where they are many, how long they take, and how many fail. */
export interface StripLayout {
  readonly width: number;
  readonly height: number;
  readonly cells: readonly StripCell[];
  readonly columns: readonly StripColumn[];
  /** Where errors are drawn up from. */
  readonly errorBase: number;
  /** Since when and until when the level holds; undefined where that is outside. */
  readonly sinceX: number;
  readonly untilX: number | undefined;
  readonly shortest: number;
  readonly longest: number;
}

/** Height of a column in which all spans failed. */
const ERROR_HEIGHT = 12;
const GAP = 2;

export function layoutStrip(
  map: HeatMapAnswer,
  change: { readonly sinceSeconds: number; readonly untilSeconds: number | null },
  width: number,
  height: number,
): StripLayout {
  // Time before the first span and after the last says nothing, and there may be much of it.
  const firstColumn = map.cells.reduce((least, { column }) => Math.min(least, column), map.column_count);
  const lastColumn = map.cells.reduce((most, { column }) => Math.max(most, column), 0);
  const columnWidth = width / Math.max(1, lastColumn - firstColumn + 1);
  const columnX = (column: number): number => (column - firstColumn) * columnWidth;
  const rowHeight = Math.max(1, (height - ERROR_HEIGHT - GAP) / Math.max(1, map.rows.length));
  const durationsHeight = height - ERROR_HEIGHT - GAP;
  const fullest = map.cells.reduce((most, { count }) => Math.max(most, count), 0);
  const totals = new Map<number, { count: number; errorCount: number }>();
  for (const { column, count, error_count: errorCount } of map.cells) {
    const total = totals.get(column);
    if (total === undefined) totals.set(column, { count, errorCount });
    else {
      total.count += count;
      total.errorCount += errorCount;
    }
  }
  const xAt = (seconds: number): number =>
    Math.min(width, Math.max(0, columnX((seconds - map.first_column_time) / map.step_seconds)));
  return {
    width,
    height,
    cells: map.cells.map(({ column, row, count }) => ({
      x: columnX(column),
      y: durationsHeight - (row + 1) * rowHeight,
      width: columnWidth,
      height: rowHeight,
      density: fullest === 0 ? 0 : Math.sqrt(count / fullest),
    })),
    columns: [...totals].map(([column, { count, errorCount }]) => ({
      x: columnX(column),
      startSeconds: map.first_column_time + column * map.step_seconds,
      width: columnWidth,
      count,
      errorCount,
      errorHeight: errorCount === 0 ? 0 : Math.max(2, (errorCount / count) * ERROR_HEIGHT),
    })),
    errorBase: height,
    sinceX: xAt(change.sinceSeconds),
    untilX: change.untilSeconds === null ? undefined : xAt(change.untilSeconds),
    shortest: map.rows[0]?.min_nano ?? 0,
    longest: map.rows.at(-1)?.max_nano ?? 0,
  };
}

/** The column at a point, with what it counts. */
export function hitStrip(layout: StripLayout, x: number): StripColumn | undefined {
  return layout.columns.find((column) => x >= column.x && x < column.x + column.width);
}
