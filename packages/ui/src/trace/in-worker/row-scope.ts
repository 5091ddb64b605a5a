import type { TraceColumns } from '@throughline/model';

/** Which rows a view is about: a subtree (or all), less those that are filtered out. */
export interface RowScope {
  readonly fromRow: number;
  readonly toRow: number;
  /** One byte a span, 1 where it is filtered out. */
  readonly hidden: Uint8Array | undefined;
}

export function wholeTrace(columns: Pick<TraceColumns, 'spanCount'>): RowScope {
  return { fromRow: 0, toRow: columns.spanCount, hidden: undefined };
}

export function forEachRow(
  columns: Pick<TraceColumns, 'spanCount'>,
  { fromRow, toRow, hidden }: RowScope,
  visit: (row: number) => void,
): void {
  const end = Math.min(toRow, columns.spanCount);
  for (let row = fromRow; row < end; row++) if (hidden?.[row] !== 1) visit(row);
}
