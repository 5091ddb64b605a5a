import { setImmediate as otherWork } from 'node:timers/promises';
import type { Span } from '@throughline/model';
import type { ChdbEngine } from '../chdb/chdb-engine.ts';
import { readTraceBounds, rowsOfTraces } from '../chdb/trace-bounds.ts';
import { SPAN_COLUMNS, spanReader, STRUCTURE_COLUMNS, structureReader } from '../native/spans-from-block.ts';
import type { SpanDetail, StoredTrace } from '../span-store.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';

/**
 * A setting for statements that pick whole rows from all over the table: the engine's own blocks are so small that
 * working with them costs as much as reading (970 ms of CPU a million rows, 620 with these).
 */
export const SCATTERED_ROWS = 'preferred_block_size_bytes = 10000000';

/** A second thread for reads that look at all of a window, so that a core with nothing to do helps. */
const TWO_THREADS = 'max_threads = 2';
/** With fewer traces only what they need is read. */
const MANY_TRACES = 100;

/** Rows that are decoded before others get their turn: a few milliseconds. */
const ROWS_OF_A_TURN = 500;

/** Spans by trace, of those that exist. */
export async function readTraces(
  engine: ChdbEngine,
  tenant: string,
  traceIds: readonly string[],
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly maxSpansPerTrace: number;
    readonly detail?: SpanDetail | undefined;
  },
): Promise<ReadonlyMap<string, StoredTrace>> {
  const { signal, maxSpansPerTrace: limit, detail = 'all' } = options;
  const bounds = await readTraceBounds(engine, tenant, traceIds, signal);
  if (bounds.size === 0) return new Map();
  const parameters = new SqlParameters();
  const [columns, readerOf] =
    detail === 'all' ? ([SPAN_COLUMNS, spanReader] as const) : ([STRUCTURE_COLUMNS, structureReader] as const);
  const blocks = await engine.query(
    `SELECT ${columns} FROM spans WHERE ${rowsOfTraces(parameters, tenant, [...bounds.values()])} ` +
      `LIMIT ${parameters.uint64(BigInt(limit) + 1n)} BY trace_id`,
    parameters,
    { signal, settings: traceIds.length > MANY_TRACES ? [SCATTERED_ROWS, TWO_THREADS] : [SCATTERED_ROWS] },
  );
  const traces = new Map<string, Span[]>();
  let sinceTurn = 0;
  for (const block of blocks) {
    const spanAt = readerOf(block);
    for (let row = 0; row < block.rowCount; row++) {
      const span = spanAt(row);
      const spans = traces.get(span.traceId);
      if (spans === undefined) traces.set(span.traceId, [span]);
      else spans.push(span);
      if (++sinceTurn < ROWS_OF_A_TURN) continue;
      sinceTurn = 0;
      await otherWork();
      signal?.throwIfAborted();
    }
  }
  return new Map(
    [...traces].map(([traceId, spans]) => [
      traceId,
      { spans: spans.length > limit ? spans.slice(0, limit) : spans, truncated: spans.length > limit },
    ]),
  );
}
