import { bigintAt, column, numberAt, textAt } from '../native/native-values.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import type { StoreStatus, TimeWindow } from '../span-store.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';

/** How much is stored, and where in time, of the tenant or of all; what the disk holds is of all. */
export async function readStoredData(
  run: RunQuery,
  tenant: string | undefined,
): Promise<Omit<StoreStatus, 'engine' | 'memoryBytes' | 'counters'>> {
  const parameters = new SqlParameters();
  const [rows] = await run(
    tenant === undefined
      ? 'SELECT count() AS row_count FROM spans'
      : `SELECT sum(row_count) AS row_count FROM minute_rows WHERE tenant = ${parameters.string(tenant)}`,
    parameters,
  );
  const [disk] = await run(
    "SELECT sum(bytes_on_disk) AS bytes, any(version()) AS version FROM system.parts WHERE active AND database = 'default'",
    new SqlParameters(),
  );
  return {
    spanRowCount: rows === undefined ? 0 : numberAt(column(rows, 'row_count'), 0),
    diskBytes: disk === undefined ? 0 : numberAt(column(disk, 'bytes'), 0),
    ...(disk !== undefined && { engineVersion: textAt(column(disk, 'version'), 0) }),
    dataWindow: await readDataWindow(run, tenant),
  };
}

async function readDataWindow(run: RunQuery, tenant: string | undefined): Promise<TimeWindow | undefined> {
  const parameters = new SqlParameters();
  const where = tenant === undefined ? '' : ` WHERE tenant = ${parameters.string(tenant)}`;
  const [block] = await run(
    'SELECT min(start_time_unix_nano) AS first, max(start_time_unix_nano) AS last, count() AS row_count ' +
      `FROM spans${where}`,
    parameters,
  );
  if (block === undefined || numberAt(column(block, 'row_count'), 0) === 0) return undefined;
  return {
    fromUnixNano: bigintAt(column(block, 'first'), 0),
    toUnixNano: bigintAt(column(block, 'last'), 0) + 1n,
  };
}
