import type { NativeBlock } from '../native/native-reader.ts';
import { bigintAt, column, hexAt } from '../native/native-values.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import type { ChdbEngine } from './chdb-engine.ts';

/** Where in time a trace lies: no span of it starts outside, ends included. */
export interface TraceBounds {
  readonly traceId: string;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
}

/** Bounds of those traces that exist, by trace id. */
export async function readTraceBounds(
  engine: ChdbEngine,
  tenant: string,
  traceIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, TraceBounds>> {
  const bounds = new Map<string, TraceBounds>();
  if (traceIds.length === 0) return bounds;
  const parameters = new SqlParameters();
  const blocks = await engine.query(
    'SELECT trace_id, min(first_start) AS first_start, max(last_end) AS last_end FROM traces ' +
      `WHERE tenant = ${parameters.string(tenant)} AND trace_id IN (${idSet(parameters, traceIds)}) GROUP BY trace_id`,
    parameters,
    { signal },
  );
  for (const block of blocks) for (const found of boundsOf(block)) bounds.set(found.traceId, found);
  return bounds;
}

/** Rows with `trace_id`, `first_start`, `last_end`. */
export function boundsOf(block: NativeBlock): TraceBounds[] {
  const ids = column(block, 'trace_id');
  const starts = column(block, 'first_start');
  const ends = column(block, 'last_end');
  return Array.from({ length: block.rowCount }, (_, row) => ({
    traceId: hexAt(ids, row),
    startTimeUnixNano: bigintAt(starts, row),
    endTimeUnixNano: bigintAt(ends, row),
  }));
}

/** A subquery whose set of ids the primary key can use. */
export function idSet(parameters: SqlParameters, traceIds: readonly string[]): string {
  return `SELECT toFixedString(unhex(arrayJoin(${parameters.strings(traceIds)})), 16)`;
}

const BUCKET_NANO = 10_000_000_000n;
/** With more traces in one condition the engine spends more on the condition than on reading. */
const MAX_SEPARATE_TRACES = 64;
/** Traces within so many buckets of the primary key are read as one range. */
const MAX_COMMON_BUCKETS = 30n;

/** A condition for the rows of these traces (at least one) that the primary key can use. */
export function rowsOfTraces(parameters: SqlParameters, tenant: string, traces: readonly TraceBounds[]): string {
  let first = traces[0]?.startTimeUnixNano ?? 0n;
  let last = first;
  for (const { startTimeUnixNano, endTimeUnixNano } of traces) {
    if (startTimeUnixNano < first) first = startTimeUnixNano;
    if (endTimeUnixNano > last) last = endTimeUnixNano;
  }
  const ofTenant = `tenant = ${parameters.string(tenant)}`;
  if (traces.length > MAX_SEPARATE_TRACES || (last - first) / BUCKET_NANO <= MAX_COMMON_BUCKETS) {
    const ids = idSet(
      parameters,
      traces.map(({ traceId }) => traceId),
    );
    return `${ofTenant} AND ${startsBetween(parameters, first, last)} AND trace_id IN (${ids})`;
  }
  const each = traces.map(({ traceId, startTimeUnixNano, endTimeUnixNano }) => {
    const id = `trace_id = toFixedString(${parameters.bytes(traceId)}, 16)`;
    return `(${startsBetween(parameters, startTimeUnixNano, endTimeUnixNano)} AND ${id})`;
  });
  return `${ofTenant} AND (${each.join(' OR ')})`;
}

/** Both ends included. */
export function startsBetween(parameters: SqlParameters, first: bigint, last: bigint): string {
  return `start_time_unix_nano >= ${parameters.uint64(first)} AND start_time_unix_nano <= ${parameters.uint64(last)}`;
}
