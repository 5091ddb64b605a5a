import { requestsOfSlice } from '../rollup/requests-of-slice.ts';
import { minuteRange, readMinuteStates, type RunQuery, slicesOf } from '../rollup/rolled-minutes.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import type { RequestGroup, RequestGroupScan } from './request-groups.ts';
import { RequestSum } from './request-sum.ts';

const MAX_SLICE_ROWS = 300_000;

/** The requests of the window by group and step. */
export async function readRequestGroups(
  run: RunQuery,
  tenant: string,
  scan: RequestGroupScan,
): Promise<readonly RequestGroup[]> {
  const range = minuteRange(scan.window);
  if (range === undefined) return [];
  const sum = new RequestSum(scan.stepNano);
  const states = await readMinuteStates(run, tenant, range);
  for (const slice of slicesOf(states, states, MAX_SLICE_ROWS)) {
    const parameters = new SqlParameters();
    const sql = await requestsOfSlice(run, parameters, tenant, slice, scan);
    for (const block of await run(sql, parameters)) sum.add(block);
  }
  return sum.groups();
}
