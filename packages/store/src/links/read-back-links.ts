import { isTraceId } from '@throughline/model';
import { rowsOfTraces } from '../chdb/trace-bounds.ts';
import { bigintAt, column, hexAt } from '../native/native-values.ts';
import { SPAN_COLUMNS, spansFromBlock } from '../native/spans-from-block.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import { COPY_KEY } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { type BackLinks, type BackLinkScan, backLinksOf } from './back-links.ts';

/** The newest spans that link to the trace: which they are from the table of links, and then the spans themselves. */
export async function readBackLinks(run: RunQuery, tenant: string, scan: BackLinkScan): Promise<BackLinks> {
  if (!isTraceId(scan.traceId)) return { links: [], more: false };
  const looking = new SqlParameters();
  const found = await run(
    `SELECT trace_id, start_time_unix_nano FROM links WHERE tenant = ${looking.string(tenant)} ` +
      `AND linked_trace_id = toFixedString(${looking.bytes(scan.traceId)}, 16) ` +
      'ORDER BY start_time_unix_nano DESC, trace_id, span_id LIMIT 1 BY start_time_unix_nano, trace_id, span_id ' +
      `LIMIT ${looking.uint64(BigInt(scan.limit) + 1n)}`,
    looking,
  );
  const rows = found.flatMap((block) =>
    Array.from({ length: block.rowCount }, (_, row) => {
      const start = bigintAt(column(block, 'start_time_unix_nano'), row);
      return { traceId: hexAt(column(block, 'trace_id'), row), startTimeUnixNano: start, endTimeUnixNano: start };
    }),
  );
  if (rows.length === 0) return { links: [], more: false };
  const parameters = new SqlParameters();
  const blocks = await run(
    `SELECT ${SPAN_COLUMNS} FROM spans WHERE ${rowsOfTraces(parameters, tenant, rows)} ` +
      `AND has(link_trace_ids, toFixedString(${parameters.bytes(scan.traceId)}, 16)) LIMIT 1 BY ${COPY_KEY}`,
    parameters,
  );
  return backLinksOf(
    blocks.flatMap((block) => [...spansFromBlock(block)]),
    scan,
  );
}
