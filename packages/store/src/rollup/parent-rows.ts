import { boundsOf, idSet, type TraceBounds } from '../chdb/trace-bounds.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { MINUTE_NANO, type MinuteRange, type RunQuery, startedIn } from './rolled-minutes.ts';

/** Parents are looked for in so much time around the children; in traces that are longer, in the whole trace. */
const USUAL_MINUTES = 10;
const MAX_UNUSUAL_TRACES = 500;

/** A condition for the rows among which the parents of a slice's children are. `children` is the one for these. */
export async function parentRows(
  run: RunQuery,
  parameters: SqlParameters,
  tenant: string,
  slice: MinuteRange,
  children: (parameters: SqlParameters) => string,
): Promise<string> {
  const near = { first: Math.max(0, slice.first - USUAL_MINUTES), last: slice.last + USUAL_MINUTES };
  const unusual = await tracesBeyond(run, tenant, children, near);
  const ofTenant = `tenant = ${parameters.string(tenant)}`;
  const ids = `trace_id IN (SELECT trace_id FROM spans WHERE ${children(parameters)})`;
  if (unusual.length > MAX_UNUSUAL_TRACES) return `${ofTenant} AND ${ids}`;
  const isNear = `${startedIn(parameters, near)} AND ${ids}`;
  if (unusual.length === 0) return `${ofTenant} AND ${isNear}`;
  const far = idSet(
    parameters,
    unusual.map(({ traceId }) => traceId),
  );
  return `${ofTenant} AND ((${isNear}) OR trace_id IN (${far}))`;
}

/** Traces of the children that are not wholly within the minutes. */
async function tracesBeyond(
  run: RunQuery,
  tenant: string,
  children: (parameters: SqlParameters) => string,
  { first, last }: MinuteRange,
): Promise<TraceBounds[]> {
  const parameters = new SqlParameters();
  const end = (BigInt(last) + 1n) * MINUTE_NANO;
  const blocks = await run(
    'SELECT trace_id, min(traces.first_start) AS first_start, max(traces.last_end) AS last_end FROM traces ' +
      `WHERE tenant = ${parameters.string(tenant)} AND trace_id IN (SELECT trace_id FROM spans WHERE ${children(parameters)}) ` +
      `GROUP BY trace_id HAVING first_start < ${parameters.uint64(BigInt(first) * MINUTE_NANO)}` +
      (end > 2n ** 64n - 1n ? '' : ` OR last_end >= ${parameters.uint64(end)}`) +
      ` LIMIT ${MAX_UNUSUAL_TRACES + 1}`,
    parameters,
  );
  return blocks.flatMap(boundsOf);
}

/** ` AND service = ...`, or nothing. */
export function ofService(parameters: SqlParameters, service: string | undefined): string {
  return service === undefined ? '' : ` AND service = ${parameters.string(service)}`;
}
