import { column, numberAt, textAt } from '../native/native-values.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import { parseCanonicalResource } from '../sql/canonical-text.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import type { ExactRows } from './exact-rows.ts';
import { type FacetName, type FacetNameScan, FacetNameTally, tellingNames } from './facet-names.ts';

const PAIRS = ['string', 'int', 'double', 'bool']
  .map((type) => `arrayMap((k, v) -> (toString(k), toString(v)), mapKeys(attr_${type}), mapValues(attr_${type}))`)
  .join(', ');

/** The names that tell some of the rows apart. */
export async function readFacetNames(
  run: RunQuery,
  rows: ExactRows,
  { maxSpanCount, limit }: Pick<FacetNameScan, 'maxSpanCount' | 'limit'>,
): Promise<readonly FacetName[]> {
  const parameters = new SqlParameters();
  const { where } = rows(parameters);
  if (where === '0') return [];
  const some = `FROM spans WHERE ${where} LIMIT ${parameters.uint64(BigInt(maxSpanCount))}`;
  const names: FacetName[] = [];
  const blocks = await run(
    'SELECT tupleElement(pair, 1) AS name, count() AS span_count, uniq(tupleElement(pair, 2)) AS value_count FROM (' +
      `SELECT arrayJoin(arrayConcat(${PAIRS})) AS pair FROM (` +
      `SELECT attr_string, attr_int, attr_double, attr_bool ${some})) GROUP BY name`,
    parameters,
  );
  for (const block of blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      names.push({
        scope: 'span',
        name: textAt(column(block, 'name'), row),
        spanCount: numberAt(column(block, 'span_count'), row),
        valueCount: numberAt(column(block, 'value_count'), row),
      });
    }
  }
  const ofResources = await run(
    `SELECT toString(resource) AS text, count() AS span_count FROM (SELECT resource ${some}) GROUP BY resource`,
    parameters,
  );
  const tally = new FacetNameTally();
  for (const block of ofResources) {
    for (let row = 0; row < block.rowCount; row++) {
      const { attributes } = parseCanonicalResource(textAt(column(block, 'text'), row));
      const spanCount = numberAt(column(block, 'span_count'), row);
      for (const [name, value] of attributes) tally.addValue('resource', name, value, spanCount);
    }
  }
  return tellingNames([...names, ...tally.names()], limit);
}
