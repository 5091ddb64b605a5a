import { column, hexAt, numberAt } from '../native/native-values.ts';
import { spansOf } from '../requests/read-requests.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import type { TraceSample, TraceSampling } from '../span-store.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';

/** The traces of the window with the smallest hashes of their ids. */
export async function readTraceSample(run: RunQuery, tenant: string, sampling: TraceSampling): Promise<TraceSample> {
  const { window, maxTraceCount } = sampling;
  if (window.toUnixNano <= window.fromUnixNano || window.toUnixNano <= 0n) return { traceIds: [], traceCount: 0 };
  const counting = new SqlParameters();
  const [counted] = await run(
    `SELECT uniqExact(trace_id) AS total FROM spans WHERE ${spansOf(counting, tenant, sampling, window)}`,
    counting,
  );
  const parameters = new SqlParameters();
  const blocks = await run(
    `SELECT trace_id FROM spans WHERE ${spansOf(parameters, tenant, sampling, window)} GROUP BY trace_id ` +
      `ORDER BY CRC32(trace_id), trace_id LIMIT ${parameters.uint64(BigInt(maxTraceCount))}`,
    parameters,
  );
  return {
    traceIds: blocks.flatMap((block) =>
      Array.from({ length: block.rowCount }, (_, row) => hexAt(column(block, 'trace_id'), row)),
    ),
    traceCount: counted === undefined ? 0 : numberAt(column(counted, 'total'), 0),
  };
}
