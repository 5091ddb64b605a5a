import { startsBetween } from '../chdb/trace-bounds.ts';
import { bigintAt, column, numberAt, numbersAt, textAt } from '../native/native-values.ts';
import type { NativeBlock } from '../native/native-reader.ts';
import { inRange, minuteRange, type RunQuery } from '../rollup/rolled-minutes.ts';
import {
  REQUEST_QUANTILES,
  type RequestFilter,
  type RequestStatistics,
  type ServiceRequests,
  type TimeWindow,
} from '../span-store.ts';
import { requestsOfRows } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { noRequests } from './request-statistics.ts';

/** Parents are looked for in so much time around the window. */
const PARENTS_WITHIN_NANO = 3_600_000_000_000n;
const LAST_INSTANT = 2n ** 64n - 1n;
/** With more rows the keys of all of them might need more memory than a query may take; a key takes about 50 bytes. */
const MAX_ROWS_IN_MEMORY = 3_000_000;
/** Which keys a row is grouped by, see `requestsOfRows`. */
const BY_OPERATION = 1;
const BY_STEP = 2;

export async function readRequests(
  run: RunQuery,
  tenant: string,
  filter: RequestFilter,
  { maxRowsInMemory = MAX_ROWS_IN_MEMORY }: { readonly maxRowsInMemory?: number } = {},
): Promise<ServiceRequests> {
  const { window, stepNano, slowNano } = filter;
  if (window.toUnixNano <= window.fromUnixNano || window.toUnixNano <= 0n) return noRequests();
  const parameters = new SqlParameters();
  const ofService = spansOf(parameters, tenant, filter, window);
  const around = {
    fromUnixNano: window.fromUnixNano - PARENTS_WITHIN_NANO,
    toUnixNano: window.toUnixNano + PARENTS_WITHIN_NANO,
  };
  const parents = spansOf(parameters, tenant, { service: filter.service }, around);
  // Sets of numbers are searched twice as fast as sets of pairs of ids. That any two of a million pairs have the same hash
  // has a probability of 3e-8.
  const isEntry =
    "(parent_span_id = toFixedString('', 8) OR " +
    `cityHash64(trace_id, parent_span_id) NOT IN (SELECT cityHash64(trace_id, span_id) FROM spans WHERE ${parents}))`;
  const sql = {
    stepNano: parameters.uint64(stepNano),
    slowNano: parameters.uint64(slowNano),
    levels: REQUEST_QUANTILES.join(', '),
  };
  const areFew = (await rowCountOf(run, tenant, window)) <= maxRowsInMemory;
  const [blocks, counts] = await Promise.all([
    run(requestsOfRows(`${ofService} AND ${isEntry}`, sql, areFew), parameters),
    traceCounts(run, tenant, filter),
  ]);
  let total: RequestStatistics = noRequests();
  let slowTraceCount = 0;
  const operations: ServiceRequests['operations'][number][] = [];
  const points: ServiceRequests['points'][number][] = [];
  for (const block of blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      const level = numberAt(column(block, 'level'), row);
      const statistics = statisticsAt(block, row);
      if (level === BY_OPERATION) {
        operations.push({ operation: textAt(column(block, 'operation'), row), ...statistics });
      } else if (level === BY_STEP) {
        points.push({ startTimeUnixNano: bigintAt(column(block, 'step'), row) * stepNano, ...statistics });
      } else if (statistics.requestCount > 0) {
        total = statistics;
        slowTraceCount = numberAt(column(block, 'slow_traces'), row);
      }
    }
  }
  return {
    ...total,
    operations: operations.sort((a, b) => (a.operation < b.operation ? -1 : 1)),
    points: points.sort((a, b) => (a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1)),
    ...counts,
    slowTraceCount,
  };
}

/** Stored rows in the minutes that the window touches. */
async function rowCountOf(run: RunQuery, tenant: string, window: TimeWindow): Promise<number> {
  const range = minuteRange(window);
  if (range === undefined) return 0;
  const parameters = new SqlParameters();
  const [block] = await run(
    `SELECT sum(row_count) AS total FROM minute_rows WHERE ${inRange(parameters, tenant, range)}`,
    parameters,
  );
  return block === undefined ? 0 : numberAt(column(block, 'total'), 0);
}

async function traceCounts(
  run: RunQuery,
  tenant: string,
  filter: RequestFilter,
): Promise<Pick<ServiceRequests, 'traceCount' | 'errorTraceCount'>> {
  const parameters = new SqlParameters();
  const [block] = await run(
    'SELECT uniqExact(cityHash64(trace_id)) AS traces, uniqExactIf(cityHash64(trace_id), is_error = 1) AS error_traces ' +
      'FROM spans ' +
      `WHERE ${spansOf(parameters, tenant, filter, filter.window)}`,
    parameters,
  );
  if (block === undefined) return { traceCount: 0, errorTraceCount: 0 };
  return {
    traceCount: numberAt(column(block, 'traces'), 0),
    errorTraceCount: numberAt(column(block, 'error_traces'), 0),
  };
}

/** The rows of the tenant (and service, and operation) that started in the window, which is not empty. */
export function spansOf(
  parameters: SqlParameters,
  tenant: string,
  filter: { readonly service?: string; readonly operation?: string },
  { fromUnixNano, toUnixNano }: TimeWindow,
): string {
  const first = fromUnixNano < 0n ? 0n : fromUnixNano;
  const last = toUnixNano - 1n > LAST_INSTANT ? LAST_INSTANT : toUnixNano - 1n;
  return (
    `tenant = ${parameters.string(tenant)} AND ${startsBetween(parameters, first, last)}` +
    (filter.service === undefined ? '' : ` AND service = ${parameters.string(filter.service)}`) +
    (filter.operation === undefined ? '' : ` AND name = ${parameters.string(filter.operation)}`)
  );
}

function statisticsAt(block: NativeBlock, row: number): RequestStatistics {
  return {
    requestCount: numberAt(column(block, 'total'), row),
    errorCount: numberAt(column(block, 'errors'), row),
    durationSumNano: numberAt(column(block, 'duration_sum'), row),
    durationMinNano: numberAt(column(block, 'shortest'), row),
    durationMaxNano: numberAt(column(block, 'longest'), row),
    durationQuantilesNano: numbersAt(column(block, 'quantiles'), row),
  };
}
