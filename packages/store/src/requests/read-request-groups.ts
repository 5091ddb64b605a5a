import { requestsOfSlice } from '../rollup/requests-of-slice.ts';
import { ofService } from '../rollup/parent-rows.ts';
import {
  currentRevision,
  inRange,
  isWholeIn,
  MINUTE_NANO,
  type MinuteRange,
  minuteRange,
  type MinuteState,
  readMinuteStates,
  type RunQuery,
  slicesOf,
} from '../rollup/rolled-minutes.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import type { RequestGroup, RequestGroupScan } from './request-groups.ts';
import { RequestSum } from './request-sum.ts';

const MAX_SLICE_ROWS = 300_000;

/** The requests of the window by group and step: of whole minutes from rollups that are current, else from spans. */
export async function readRequestGroups(
  run: RunQuery,
  tenant: string,
  scan: RequestGroupScan,
): Promise<readonly RequestGroup[]> {
  const range = minuteRange(scan.window);
  if (range === undefined) return [];
  const sum = new RequestSum(scan.stepNano);
  const states = await readMinuteStates(run, tenant, range);
  const isWhole = isWholeIn(scan.window);
  const canUseMinutes = scan.stepNano % MINUTE_NANO === 0n;
  const rolled = states.filter((state) => canUseMinutes && state.areRequestsCurrent && isWhole(state));
  if (rolled.length > 0) {
    const parameters = new SqlParameters();
    for (const block of await run(rolledRequests(parameters, tenant, range, rolled, scan), parameters)) sum.add(block);
  }
  const open = states.filter((state) => !rolled.includes(state));
  for (const slice of slicesOf(open, states, MAX_SLICE_ROWS)) {
    const parameters = new SqlParameters();
    const sql = await requestsOfSlice(run, parameters, tenant, slice, scan);
    for (const block of await run(sql, parameters)) sum.add(block);
  }
  return sum.groups();
}

function rolledRequests(
  parameters: SqlParameters,
  tenant: string,
  range: MinuteRange,
  rolled: readonly MinuteState[],
  { by, service, stepNano }: RequestGroupScan,
): string {
  const [operation, name] = by === 'operation' ? ['name AS operation, ', ', name'] : ['', ''];
  const histogram = 'sumMap(request_minutes.buckets, request_minutes.weights)';
  return (
    `SELECT service, ${operation}intDiv(toUInt64(minute) * ${MINUTE_NANO}, ${parameters.uint64(stepNano)}) AS step, ` +
    'sum(request_minutes.total) AS total, sum(request_minutes.errors) AS errors, ' +
    'sum(request_minutes.duration_sum) AS duration_sum, ' +
    'min(request_minutes.shortest) AS shortest, max(request_minutes.longest) AS longest, ' +
    `tupleElement(${histogram}, 1) AS buckets, tupleElement(${histogram}, 2) AS weights FROM request_minutes ` +
    `WHERE ${inRange(parameters, tenant, range)}${ofService(parameters, service)} ` +
    `AND revision = ${currentRevision(parameters, rolled)} GROUP BY service, step${name}`
  );
}
