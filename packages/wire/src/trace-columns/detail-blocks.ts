import { type DetailBlock, MAX_DETAIL_BLOCK_ROWS } from '@throughline/model';

/** A block of rows without their details, of those from `firstRow` on. */
export function leftOut(firstRow: number, spanCount: number): DetailBlock {
  const rowCount = Math.min(spanCount - firstRow, MAX_DETAIL_BLOCK_ROWS);
  return { firstRow, end: new Uint32Array(rowCount), bytes: new Uint8Array(), leftOutCount: rowCount };
}
