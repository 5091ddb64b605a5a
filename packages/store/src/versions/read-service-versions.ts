import { bigintAt, column, numberAt, textAt } from '../native/native-values.ts';
import { spansOf } from '../requests/read-requests.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import { parseCanonicalResource } from '../sql/canonical-text.ts';
import { ORDERED_COPY_KEY } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { type ServiceVersions, type VersionScan, VersionTally } from './service-versions.ts';

/** The versions in the distinct resources of a service's spans. */
export async function readServiceVersions(
  run: RunQuery,
  tenant: string,
  { service, window }: VersionScan,
): Promise<ServiceVersions> {
  const tally = new VersionTally();
  if (window.toUnixNano <= window.fromUnixNano || window.toUnixNano <= 0n) return tally.result();
  const parameters = new SqlParameters();
  const blocks = await run(
    'SELECT toString(one_resource) AS resource, min(one_start) AS first_start, max(one_start) AS last_start, ' +
      'sum(one_weight) AS total FROM (' +
      'SELECT any(resource) AS one_resource, any(start_time_unix_nano) AS one_start, any(weight) AS one_weight ' +
      `FROM spans WHERE ${spansOf(parameters, tenant, { service }, window)} GROUP BY ${ORDERED_COPY_KEY}) ` +
      'GROUP BY one_resource',
    parameters,
  );
  for (const block of blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      tally.add(parseCanonicalResource(textAt(column(block, 'resource'), row)).attributes, {
        firstStartUnixNano: bigintAt(column(block, 'first_start'), row),
        lastStartUnixNano: bigintAt(column(block, 'last_start'), row),
        spanCount: numberAt(column(block, 'total'), row),
      });
    }
  }
  return tally.result();
}
