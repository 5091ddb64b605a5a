import { setImmediate as otherWork } from 'node:timers/promises';
import { assembleTree } from '@throughline/model';
import { TraceColumnsBuilder } from '@throughline/wire';
import type { ChdbEngine } from '../chdb/chdb-engine.ts';
import { readTraceBounds, rowsOfTraces, type TraceBounds } from '../chdb/trace-bounds.ts';
import type { NativeBlock } from '../native/native-reader.ts';
import { ROW_COLUMNS, StoredRows } from '../native/stored-rows.ts';
import type { StoredTraceColumns } from '../span-store.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { SCATTERED_ROWS } from './read-traces.ts';

/** Rows that are read before others get their turn: a few milliseconds. */
const ROWS_OF_A_TURN = 8000;

/** Traces of this length are large more often than not. */
const MIN_NANO_OF_PARTS = 300_000_000_000n;

/**
 * A long trace in halves that are read at the same time, because meanwhile this thread has nothing to do. Each half may
 * have as many rows as the whole, and what is beyond is cut afterwards.
 */
function partsOf(bounds: TraceBounds): readonly TraceBounds[] {
  const { startTimeUnixNano: start, endTimeUnixNano: end } = bounds;
  if (end - start < MIN_NANO_OF_PARTS) return [bounds];
  const middle = (start + end) / 2n;
  return [
    { ...bounds, endTimeUnixNano: middle },
    { ...bounds, startTimeUnixNano: middle + 1n },
  ];
}

/** A trace as columns straight from the engine's, so that a large one costs no object a span. */
export async function readTraceColumns(
  engine: ChdbEngine,
  tenant: string,
  traceId: string,
  { signal, maxSpansPerTrace: limit }: { readonly signal?: AbortSignal | undefined; readonly maxSpansPerTrace: number },
): Promise<StoredTraceColumns | undefined> {
  const bounds = await readTraceBounds(engine, tenant, [traceId], signal);
  if (bounds.size === 0) return undefined;
  // When one half fails, the other need not go on.
  const failure = new AbortController();
  const eitherSignal = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const read = async (part: TraceBounds): Promise<NativeBlock[]> => {
    const parameters = new SqlParameters();
    const rows = rowsOfTraces(parameters, tenant, [part]);
    const sql = `SELECT ${ROW_COLUMNS} FROM spans WHERE ${rows} LIMIT ${parameters.uint64(BigInt(limit) + 1n)}`;
    return engine.query(sql, parameters, { signal: eitherSignal, settings: [SCATTERED_ROWS] });
  };
  const blocks = await Promise.all([...bounds.values()].flatMap(partsOf).map(read)).then(
    (parts) => parts.flat(),
    (error: unknown) => {
      failure.abort(error);
      throw error;
    },
  );
  const rows = new StoredRows(traceId, blocks, limit);
  if (rows.spanCount === 0) return undefined;
  await otherWork();
  const tree = assembleTree(rows);
  const builder = new TraceColumnsBuilder(tree, rows);
  while (builder.readRows(ROWS_OF_A_TURN)) {
    await otherWork();
    signal?.throwIfAborted();
  }
  const rowCount = blocks.reduce((sum, block) => sum + block.rowCount, 0);
  return { columns: builder.columns(), details: inTurns(builder.details()), truncated: rowCount > limit };
}

/** Lets others have their turn after each. */
async function* inTurns<T>(items: Iterable<T>): AsyncGenerator<T, void> {
  for (const item of items) {
    yield item;
    await otherWork();
  }
}
