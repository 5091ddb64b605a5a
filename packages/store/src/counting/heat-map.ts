import { durationNano, isErrorSpan, type Span } from '@throughline/model';
import type { SpanFilter } from './span-filter.ts';

/** How spans are sorted into the cells of a heat map. */
export interface HeatMapGrid {
  /** Length of a column; columns begin at its multiples since the epoch. */
  readonly stepNano: bigint;
  /** Where rows begin, ascending, the first at 0: a row reaches up to the next one. */
  readonly boundsNano: readonly bigint[];
}

export type HeatMapScan = SpanFilter & HeatMapGrid;

/** The spans of one column and row; counts are sums of weights. */
export interface HeatCell {
  /** Multiple of the step since the epoch. */
  readonly column: bigint;
  /** Index of the bound at which the row begins. */
  readonly row: number;
  readonly count: number;
  readonly errorCount: number;
}

/** Adds up distinct spans in cells. */
export class HeatTally {
  readonly #grid: HeatMapGrid;
  readonly #cells = new Map<string, { -readonly [Key in keyof HeatCell]: HeatCell[Key] }>();

  constructor(grid: HeatMapGrid) {
    this.#grid = grid;
  }

  add(span: Span): void {
    const column = span.startTimeUnixNano / this.#grid.stepNano;
    const row = rowOf(this.#grid.boundsNano, durationNano(span));
    const key = `${column} ${row}`;
    let cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, (cell = { column, row, count: 0, errorCount: 0 }));
    cell.count += span.weight;
    if (isErrorSpan(span)) cell.errorCount += span.weight;
  }

  cells(): readonly HeatCell[] {
    return [...this.#cells.values()].sort(compareCells);
  }
}

export function compareCells(a: HeatCell, b: HeatCell): number {
  if (a.column !== b.column) return a.column < b.column ? -1 : 1;
  return a.row - b.row;
}

/** Index of the last bound that is not above the duration. */
export function rowOf(boundsNano: readonly bigint[], duration: bigint): number {
  let low = 0;
  let high = boundsNano.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((boundsNano[middle] ?? 0n) <= duration) low = middle;
    else high = middle;
  }
  return low;
}
