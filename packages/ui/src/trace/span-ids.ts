import { hexFromBytes, normalizeSpanId, type TraceColumns } from '@throughline/model';

export function spanIdOfRow(columns: Pick<TraceColumns, 'spanId'>, row: number): string {
  return hexFromBytes(columns.spanId, row * 8, 8);
}

/** The first row with the span id (1 to 16 hex digits), or -1. */
export function rowOfSpanId(columns: Pick<TraceColumns, 'spanId' | 'spanCount'>, spanId: string): number {
  const wanted = normalizeSpanId(spanId);
  if (wanted === undefined) return -1;
  for (let row = 0; row < columns.spanCount; row++) if (spanIdOfRow(columns, row) === wanted) return row;
  return -1;
}
