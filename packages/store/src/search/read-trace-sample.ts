import { column, hexAt, numberAt } from '../native/native-values.ts';
import { idSet } from '../chdb/trace-bounds.ts';
import { spansOf } from '../requests/read-requests.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import type { TraceSample, TraceSampling } from '../span-store.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';

/** The traces of the window with the smallest hashes of their ids. */
export async function readTraceSample(run: RunQuery, tenant: string, sampling: TraceSampling): Promise<TraceSample> {
  const { window, maxTraceCount, maxSpanCount, service, operation } = sampling;
  if (window.toUnixNano <= window.fromUnixNano || window.toUnixNano <= 0n) return { traceIds: [], traceCount: 0 };
  const parameters = new SqlParameters();
  const blocks = await run(
    'SELECT trace_id, count() AS row_count, count() OVER () AS total FROM spans ' +
      `WHERE ${spansOf(parameters, tenant, sampling, window)} GROUP BY trace_id ` +
      `ORDER BY CRC32(trace_id), trace_id LIMIT ${parameters.uint64(BigInt(maxTraceCount))}`,
    parameters,
  );
  const counts = new Map<string, number>();
  let traceCount = 0;
  for (const block of blocks) {
    const [ids, rows] = [column(block, 'trace_id'), column(block, 'row_count')];
    for (let row = 0; row < block.rowCount; row++) counts.set(hexAt(ids, row), numberAt(rows, row));
    traceCount = numberAt(column(block, 'total'), 0);
  }
  if (maxSpanCount === undefined) return { traceIds: [...counts.keys()], traceCount };
  // Of a service's traces only its own spans were counted.
  const isPart = service !== undefined || operation !== undefined;
  const sizes = isPart ? await sizesOf(run, tenant, sampling, [...counts.keys()]) : counts;
  return { traceIds: within(maxSpanCount, [...counts.keys()], sizes), traceCount };
}

/** The first ones that have together no more spans than that; the very first in any case. */
export function within(
  maxSpanCount: number,
  traceIds: readonly string[],
  sizes: ReadonlyMap<string, number>,
): readonly string[] {
  let spanCount = 0;
  const end = traceIds.findIndex((traceId, index) => {
    spanCount += sizes.get(traceId) ?? 0;
    return index > 0 && spanCount > maxSpanCount;
  });
  return end < 0 ? traceIds : traceIds.slice(0, end);
}

/** Rows by trace, of those that started in the window. */
async function sizesOf(
  run: RunQuery,
  tenant: string,
  { window }: TraceSampling,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  if (traceIds.length === 0) return sizes;
  const parameters = new SqlParameters();
  const blocks = await run(
    `SELECT trace_id, count() AS row_count FROM spans WHERE ${spansOf(parameters, tenant, {}, window)} ` +
      `AND trace_id IN (${idSet(parameters, traceIds)}) GROUP BY trace_id`,
    parameters,
  );
  for (const block of blocks) {
    const [ids, rows] = [column(block, 'trace_id'), column(block, 'row_count')];
    for (let row = 0; row < block.rowCount; row++) sizes.set(hexAt(ids, row), numberAt(rows, row));
  }
  return sizes;
}
