import type { DependencyEdge, TimeWindow } from '../span-store.ts';
import { edgesOfRows } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { EdgeSum } from './edges.ts';
import { parentRows } from './parent-rows.ts';
import {
  currentRevision,
  inRange,
  isWholeIn,
  type MinuteRange,
  type MinuteState,
  minuteRange,
  readMinuteStates,
  type RunQuery,
  slicesOf,
  startedIn,
} from './rolled-minutes.ts';

const MAX_SLICE_ROWS = 300_000;
/** Edges of the children in the window: from rollups for whole minutes where these are current, from spans elsewhere. */
export async function readDependencies(
  run: RunQuery,
  tenant: string,
  window: TimeWindow | undefined,
): Promise<DependencyEdge[]> {
  const range = minuteRange(window);
  if (range === undefined) return [];
  const states = await readMinuteStates(run, tenant, range);
  const isWhole = isWholeIn(window);
  const rolled = states.filter((state) => state.areEdgesCurrent && isWhole(state));
  const sum = new EdgeSum();
  if (rolled.length > 0) await addRolled(run, tenant, range, rolled, sum);
  const open = states.filter((state) => !rolled.includes(state));
  for (const slice of slicesOf(open, states, MAX_SLICE_ROWS)) {
    const parameters = new SqlParameters();
    const sql = await edgesOfSlice(run, parameters, tenant, slice, window);
    for (const block of await run(sql, parameters)) sum.add(block);
  }
  return sum.edges();
}

async function addRolled(
  run: RunQuery,
  tenant: string,
  range: MinuteRange,
  rolled: readonly MinuteState[],
  sum: EdgeSum,
): Promise<void> {
  const parameters = new SqlParameters();
  const blocks = await run(
    'SELECT parent, child, sum(edge_minutes.total) AS total, sum(edge_minutes.errors) AS errors, ' +
      'sum(edge_minutes.duration_sum) AS duration_sum, ' +
      'tupleElement(sumMap(edge_minutes.buckets, edge_minutes.weights), 1) AS buckets, ' +
      'tupleElement(sumMap(edge_minutes.buckets, edge_minutes.weights), 2) AS weights FROM edge_minutes ' +
      `WHERE ${inRange(parameters, tenant, range)} ` +
      `AND revision = ${currentRevision(parameters, rolled)} GROUP BY parent, child`,
    parameters,
  );
  for (const block of blocks) sum.add(block);
}

/** The statement for the edges of the children in the slice (and window). */
export async function edgesOfSlice(
  run: RunQuery,
  parameters: SqlParameters,
  tenant: string,
  slice: MinuteRange,
  window?: TimeWindow,
): Promise<string> {
  const children = (to: SqlParameters): string =>
    `tenant = ${to.string(tenant)} AND ${startedIn(to, slice, window)} AND parent_span_id != toFixedString('', 8)`;
  const parents = await parentRows(run, parameters, tenant, slice, children);
  return edgesOfRows(children(parameters), parents);
}
