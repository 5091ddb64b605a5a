import { setImmediate as otherWork } from 'node:timers/promises';
import { assembleTree } from '@throughline/model';
import { TraceColumnsBuilder } from '@throughline/wire';
import type { ChdbEngine } from '../chdb/chdb-engine.ts';
import { readTraceBounds, rowsOfTraces } from '../chdb/trace-bounds.ts';
import { ROW_COLUMNS, StoredRows } from '../native/stored-rows.ts';
import type { StoredTraceColumns } from '../span-store.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { SCATTERED_ROWS } from './read-traces.ts';

/** Rows that are written before others get their turn: a few milliseconds. */
const ROWS_OF_A_TURN = 2000;

/** A trace as columns straight from the engine's, so that a large one costs no object a span. */
export async function readTraceColumns(
  engine: ChdbEngine,
  tenant: string,
  traceId: string,
  { signal, maxSpansPerTrace: limit }: { readonly signal?: AbortSignal | undefined; readonly maxSpansPerTrace: number },
): Promise<StoredTraceColumns | undefined> {
  const bounds = await readTraceBounds(engine, tenant, [traceId], signal);
  if (bounds.size === 0) return undefined;
  const parameters = new SqlParameters();
  const blocks = await engine.query(
    `SELECT ${ROW_COLUMNS} FROM spans WHERE ${rowsOfTraces(parameters, tenant, [...bounds.values()])} ` +
      `LIMIT ${parameters.uint64(BigInt(limit) + 1n)}`,
    parameters,
    { signal, settings: [SCATTERED_ROWS] },
  );
  const rows = new StoredRows(traceId, blocks, limit);
  if (rows.spanCount === 0) return undefined;
  await otherWork();
  const tree = assembleTree(rows);
  const builder = new TraceColumnsBuilder(tree, rows);
  while (builder.writeRows(ROWS_OF_A_TURN)) {
    await otherWork();
    signal?.throwIfAborted();
  }
  const rowCount = blocks.reduce((sum, block) => sum + block.rowCount, 0);
  return { columns: builder.columns(), truncated: rowCount > limit };
}
