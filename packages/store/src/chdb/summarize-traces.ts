import { column, bigintAt, hexAt, numberAt, textAt, textsAt } from '../native/native-values.ts';
import type { TraceSummary } from '../span-store.ts';
import { COPY_KEY } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import type { ChdbEngine } from './chdb-engine.ts';
import { readTraceBounds, rowsOfTraces } from './trace-bounds.ts';

/** Traces of one query. */
const CHUNK = 500;

/** Summaries of those traces that exist, in the order of the ids. */
export async function summarizeTraces(
  engine: ChdbEngine,
  tenant: string,
  traceIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<TraceSummary[]> {
  const summaries = new Map<string, TraceSummary>();
  for (let at = 0; at < traceIds.length; at += CHUNK) {
    await summarizeChunk(engine, tenant, traceIds.slice(at, at + CHUNK), signal, summaries);
  }
  return traceIds.flatMap((traceId) => summaries.get(traceId) ?? []);
}

async function summarizeChunk(
  engine: ChdbEngine,
  tenant: string,
  traceIds: readonly string[],
  signal: AbortSignal | undefined,
  summaries: Map<string, TraceSummary>,
): Promise<void> {
  const bounds = await readTraceBounds(engine, tenant, traceIds, signal);
  if (bounds.size === 0) return;
  const parameters = new SqlParameters();
  const root = "(parent_span_id != toFixedString('', 8), start_time_unix_nano, span_id, content_hash)";
  const blocks = await engine.query(
    `SELECT trace_id, argMin(service, ${root}) AS root_service, argMin(name, ${root}) AS root_operation, ` +
      'groupUniqArray(service) AS services, groupUniqArray(name) AS operations, ' +
      'min(start_time_unix_nano) AS first_start, max(start_time_unix_nano + duration_nano) AS last_end, ' +
      'toUInt32(count()) AS span_count, toUInt32(sum(is_error)) AS error_count FROM (' +
      'SELECT trace_id, span_id, parent_span_id, content_hash, service, name, start_time_unix_nano, duration_nano, is_error ' +
      `FROM spans WHERE ${rowsOfTraces(parameters, tenant, [...bounds.values()])} LIMIT 1 BY ${COPY_KEY}) ` +
      'GROUP BY trace_id',
    parameters,
    { signal },
  );
  for (const block of blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      const traceId = hexAt(column(block, 'trace_id'), row);
      summaries.set(traceId, {
        traceId,
        rootService: textAt(column(block, 'root_service'), row),
        rootOperation: textAt(column(block, 'root_operation'), row),
        services: textsAt(column(block, 'services'), row).sort(),
        operations: textsAt(column(block, 'operations'), row).sort(),
        startTimeUnixNano: bigintAt(column(block, 'first_start'), row),
        endTimeUnixNano: bigintAt(column(block, 'last_end'), row),
        spanCount: numberAt(column(block, 'span_count'), row),
        errorCount: numberAt(column(block, 'error_count'), row),
      });
    }
  }
}
