import { column, numberAt, textAt } from '../native/native-values.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import type { ServiceOperation, TimeWindow } from '../span-store.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';

const MINUTE_NANO = 60_000_000_000n;

/** The names of the services with a span in a minute that the window touches, sorted. */
export async function readServices(run: RunQuery, tenant: string, window: TimeWindow | undefined): Promise<string[]> {
  const parameters = new SqlParameters();
  const blocks = await run(
    `SELECT DISTINCT service FROM operations WHERE tenant = ${parameters.string(tenant)}` +
      inMinutes(parameters, window),
    parameters,
  );
  return blocks
    .flatMap((block) => Array.from({ length: block.rowCount }, (_, row) => textAt(column(block, 'service'), row)))
    .sort();
}

/** As above, of one service, by name, then kind. */
export async function readOperations(
  run: RunQuery,
  tenant: string,
  service: string,
  window: TimeWindow | undefined,
): Promise<ServiceOperation[]> {
  const parameters = new SqlParameters();
  const blocks = await run(
    `SELECT DISTINCT name, kind FROM operations WHERE tenant = ${parameters.string(tenant)} ` +
      `AND service = ${parameters.string(service)}${inMinutes(parameters, window)}`,
    parameters,
  );
  return blocks
    .flatMap((block) =>
      Array.from({ length: block.rowCount }, (_, row) => ({
        name: textAt(column(block, 'name'), row),
        kind: numberAt(column(block, 'kind'), row),
      })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.kind - b.kind));
}

/** `AND ...` for operations seen in a minute that the window touches. */
function inMinutes(parameters: SqlParameters, window: TimeWindow | undefined): string {
  if (window === undefined) return '';
  if (window.toUnixNano <= window.fromUnixNano) return ' AND 0';
  const from = parameters.uint32(Number(window.fromUnixNano / MINUTE_NANO));
  const to = parameters.uint32(Number((window.toUnixNano - 1n) / MINUTE_NANO) + 1);
  return ` AND bitmapCardinality(bitmapSubsetInRange(minutes, ${from}, ${to})) > 0`;
}
