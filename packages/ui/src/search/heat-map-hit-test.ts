import type { Box, CellRange, HeatMapCell, HeatMapLayout } from './heat-map-layout.ts';

export interface CellPlace {
  readonly column: number;
  readonly row: number;
}

/** The cell at a point, whether it holds anything or not; undefined beside the plot. */
export function hitHeatMap(layout: HeatMapLayout, x: number, y: number): CellPlace | undefined {
  const { plot } = layout;
  if (layout.rowCount === 0 || x < plot.left || x >= plot.right || y < plot.top || y >= plot.bottom) return undefined;
  return nearestCell(layout, x, y);
}

/** The cell nearest to a point, for a drag that leaves the plot. */
export function nearestCell({ plot, columnCount, rowCount }: HeatMapLayout, x: number, y: number): CellPlace {
  const column = Math.floor(((x - plot.left) / (plot.right - plot.left)) * columnCount);
  const row = Math.floor(((plot.bottom - y) / (plot.bottom - plot.top)) * rowCount);
  return {
    column: Math.min(Math.max(column, 0), columnCount - 1),
    row: Math.min(Math.max(row, 0), Math.max(0, rowCount - 1)),
  };
}

/** All cells between two, in whichever order. */
export function rangeBetween(a: CellPlace, b: CellPlace): CellRange {
  return {
    firstColumn: Math.min(a.column, b.column),
    lastColumn: Math.max(a.column, b.column),
    firstRow: Math.min(a.row, b.row),
    lastRow: Math.max(a.row, b.row),
  };
}

/** Where the cells are drawn. */
export function boxOf({ plot, columnCount, rowCount }: HeatMapLayout, range: CellRange): Box {
  const columnWidth = (plot.right - plot.left) / columnCount;
  const rowHeight = (plot.bottom - plot.top) / Math.max(1, rowCount);
  return {
    left: plot.left + range.firstColumn * columnWidth,
    right: plot.left + (range.lastColumn + 1) * columnWidth,
    top: plot.bottom - (range.lastRow + 1) * rowHeight,
    bottom: plot.bottom - range.firstRow * rowHeight,
  };
}

/** What the cells of a range hold together. */
export function countsIn(cells: readonly HeatMapCell[], range: CellRange): { count: number; errorCount: number } {
  let count = 0;
  let errorCount = 0;
  for (const cell of cells) {
    const isIn =
      cell.column >= range.firstColumn &&
      cell.column <= range.lastColumn &&
      cell.row >= range.firstRow &&
      cell.row <= range.lastRow;
    if (!isIn) continue;
    count += cell.count;
    errorCount += cell.errorCount;
  }
  return { count, errorCount };
}
