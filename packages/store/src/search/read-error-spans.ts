import type { Span } from '@throughline/model';
import { bigintAt, column } from '../native/native-values.ts';
import { SCATTERED_ROWS } from './read-traces.ts';
import { SPAN_COLUMNS, spansFromBlock } from '../native/spans-from-block.ts';
import { spansOf } from '../requests/read-requests.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import type { ErrorScan, ErrorSpans } from '../span-store.ts';
import { COPY_KEY } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';

/** The newest error spans of the window, each once. */
export async function readErrorSpans(run: RunQuery, tenant: string, scan: ErrorScan): Promise<ErrorSpans> {
  const { window, maxSpanCount } = scan;
  if (window.toUnixNano <= window.fromUnixNano || window.toUnixNano <= 0n) return { spans: [], scanLimited: false };
  // Where they begin is told by one column; only then are whole spans read.
  const counting = new SqlParameters();
  const tooOld = await run(
    `SELECT start_time_unix_nano FROM spans WHERE ${spansOf(counting, tenant, scan, window)} AND is_error = 1 ` +
      `ORDER BY start_time_unix_nano DESC LIMIT 1 OFFSET ${counting.uint64(BigInt(maxSpanCount))}`,
    counting,
  );
  const first = tooOld.find(({ rowCount }) => rowCount > 0);
  const fromUnixNano =
    first === undefined ? window.fromUnixNano : bigintAt(column(first, 'start_time_unix_nano'), 0) + 1n;
  const scanLimited = first !== undefined;
  if (fromUnixNano >= window.toUnixNano) return { spans: [], scanLimited };
  const parameters = new SqlParameters();
  const where = spansOf(parameters, tenant, scan, { fromUnixNano, toUnixNano: window.toUnixNano });
  const blocks = await run(
    `SELECT ${SPAN_COLUMNS} FROM spans WHERE ${where} AND is_error = 1 LIMIT 1 BY ${COPY_KEY}`,
    parameters,
    [SCATTERED_ROWS],
  );
  return { spans: blocks.flatMap((block) => [...spansFromBlock(block)]).sort(newestFirst), scanLimited };
}

/** Of equally new ones by trace, then span id. */
export function newestFirst(a: Span, b: Span): number {
  if (a.startTimeUnixNano !== b.startTimeUnixNano) return a.startTimeUnixNano > b.startTimeUnixNano ? -1 : 1;
  if (a.traceId !== b.traceId) return a.traceId < b.traceId ? -1 : 1;
  return a.spanId < b.spanId ? -1 : 1;
}
