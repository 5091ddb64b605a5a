import type { TraceColumns } from '@throughline/model';

import type { DetailsReader } from '../span-details.ts';
import { spanIdOfRow } from '../span-ids.ts';

/** Rows with links that are read at most: each has to be decoded. */
const MAX_READ_ROWS = 5_000;

/** The rows of the trace whose spans link to the span of a row. */
export function rowsLinkingTo(columns: TraceColumns, details: DetailsReader, row: number): readonly number[] {
  const wanted = spanIdOfRow(columns, row);
  const rows: number[] = [];
  let readCount = 0;
  for (let other = 0; other < columns.spanCount && readCount < MAX_READ_ROWS; other++) {
    if ((columns.linkCount[other] ?? 0) === 0) continue;
    readCount++;
    const links = details
      .span(other)
      .links.some(({ traceId, spanId }) => traceId === columns.traceId && spanId === wanted);
    if (links) rows.push(other);
  }
  return rows;
}
