import type { TimeWindow } from '../span-store.ts';
import { requestHistogramsOfRows } from '../sql/distinct-spans.ts';
import type { SqlParameters } from '../sql/sql-parameters.ts';
import { ofService, parentRows } from './parent-rows.ts';
import { type MinuteRange, type RunQuery, startedIn } from './rolled-minutes.ts';

/** The statement for the requests that started in the slice (and window), by service, step and maybe operation. */
export async function requestsOfSlice(
  run: RunQuery,
  parameters: SqlParameters,
  tenant: string,
  slice: MinuteRange,
  scan: {
    readonly by: 'service' | 'operation';
    readonly service?: string;
    readonly stepNano: bigint;
    readonly window?: TimeWindow;
  },
): Promise<string> {
  const started = (to: SqlParameters): string =>
    `tenant = ${to.string(tenant)} AND ${startedIn(to, slice, scan.window)}${ofService(to, scan.service)}`;
  const parents = await parentRows(run, parameters, tenant, slice, (to) => started(to) + HAS_PARENT);
  return requestHistogramsOfRows(started(parameters), `${parents}${ofService(parameters, scan.service)}`, {
    stepNano: parameters.uint64(scan.stepNano),
    byOperation: scan.by === 'operation',
  });
}

const HAS_PARENT = " AND parent_span_id != toFixedString('', 8)";
