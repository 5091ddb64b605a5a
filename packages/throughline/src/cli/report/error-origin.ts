import { hexFromBytes } from '@throughline/model';
import type { TraceColumns } from '@throughline/query/client';

export function spanIdAt({ spanId }: TraceColumns, row: number): string {
  return hexFromBytes(spanId, 8 * row, 8);
}

/** The row of the span, or -1. */
export function rowOf(columns: TraceColumns, spanId: string): number {
  for (let row = 0; row < columns.spanCount; row++) if (spanIdAt(columns, row) === spanId) return row;
  return -1;
}

/**
 * Where the error of a failed span started: down through failed children, of several the one that ended last, because that
 * is the one that the parent gave up on.
 */
export function errorOriginRow(columns: TraceColumns, from: number): number {
  const { error, parent, subtreeEnd, startOffsetNano, durationNano } = columns;
  const endOf = (row: number): number => (startOffsetNano[row] ?? 0) + (durationNano[row] ?? 0);
  let at = from;
  for (;;) {
    let next = -1;
    for (let row = at + 1; row < (subtreeEnd[at] ?? 0); row = subtreeEnd[row] ?? row + 1) {
      if (parent[row] === at && error[row] === 1 && (next < 0 || endOf(row) > endOf(next))) next = row;
    }
    if (next < 0) return at;
    at = next;
  }
}
