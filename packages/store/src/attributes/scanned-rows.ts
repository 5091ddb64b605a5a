import type { RunQuery } from '../rollup/rolled-minutes.ts';
import { bigintAt, column, numberAt } from '../native/native-values.ts';
import { startsBetween } from '../chdb/trace-bounds.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import type { AttributeScan } from './attribute-types.ts';

const MINUTE_NANO = 60_000_000_000n;
const LAST_INSTANT = 2n ** 64n - 1n;

/** Start times of the rows to read, both ends included; `first` is after `last` if there are none. */
export interface ScannedRows {
  readonly first: bigint;
  readonly last: bigint;
  /** Whether the limit moved `first`. */
  readonly isLimited: boolean;
}

/** Where the newest `maxSpanCount` rows of the window start. */
export async function scannedRows(run: RunQuery, tenant: string, scan: AttributeScan): Promise<ScannedRows> {
  const { window, maxSpanCount } = scan;
  const first = window === undefined || window.fromUnixNano < 0n ? 0n : window.fromUnixNano;
  const last = window === undefined || window.toUnixNano > LAST_INSTANT ? LAST_INSTANT : window.toUnixNano - 1n;
  if (last < first) return { first, last, isLimited: false };
  const enoughFrom = await minuteWithEnough(run, tenant, { first, last, maxSpanCount });
  if (enoughFrom === undefined) return { first, last, isLimited: false };
  const parameters = new SqlParameters();
  const blocks = await run(
    `SELECT start_time_unix_nano FROM spans WHERE tenant = ${parameters.string(tenant)} ` +
      `AND ${startsBetween(parameters, enoughFrom, last)} ` +
      `ORDER BY start_time_unix_nano DESC LIMIT 1 OFFSET ${parameters.uint64(BigInt(maxSpanCount))}`,
    parameters,
  );
  const block = blocks.find(({ rowCount }) => rowCount > 0);
  if (block === undefined) return { first, last, isLimited: false };
  return { first: bigintAt(column(block, 'start_time_unix_nano'), 0) + 1n, last, isLimited: true };
}

/** An instant after which more rows than the limit may start; undefined if the window cannot have as many. */
async function minuteWithEnough(
  run: RunQuery,
  tenant: string,
  { first, last, maxSpanCount }: { readonly first: bigint; readonly last: bigint; readonly maxSpanCount: number },
): Promise<bigint | undefined> {
  const parameters = new SqlParameters();
  const blocks = await run(
    `SELECT minute, sum(row_count) AS row_count FROM minute_rows WHERE tenant = ${parameters.string(tenant)} ` +
      `AND minute >= ${parameters.uint32(Number(first / MINUTE_NANO))} ` +
      `AND minute <= ${parameters.uint32(Number(last / MINUTE_NANO))} GROUP BY minute ORDER BY minute DESC`,
    parameters,
  );
  let rowCount = 0;
  let wholeRowCount = 0;
  let enoughFrom: bigint | undefined;
  for (const block of blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      const start = BigInt(numberAt(column(block, 'minute'), row)) * MINUTE_NANO;
      const count = numberAt(column(block, 'row_count'), row);
      rowCount += count;
      // Of a minute that the window cuts some rows may lie outside.
      if (start < first || start + MINUTE_NANO - 1n > last) continue;
      wholeRowCount += count;
      if (wholeRowCount > maxSpanCount) enoughFrom ??= start;
    }
  }
  return rowCount > maxSpanCount ? (enoughFrom ?? first) : undefined;
}
