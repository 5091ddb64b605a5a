import type { AttributeValue } from '@throughline/model';
import { startsBetween } from '../chdb/trace-bounds.ts';
import type { NativeColumn } from '../native/native-reader.ts';
import { bigintAt, column, numberAt, textAt, textsAt } from '../native/native-values.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import { canonicalExists } from '../sql/canonical-text-condition.ts';
import { parseCanonicalResource } from '../sql/canonical-text.ts';
import { ORDERED_COPY_KEY } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { NameTally, ValueTally } from './attribute-tally.ts';
import type {
  AttributeNames,
  AttributeScan,
  AttributeType,
  AttributeValues,
  AttributeValueScan,
} from './attribute-types.ts';
import { scannedRows, type ScannedRows } from './scanned-rows.ts';

interface TypedMap {
  readonly type: 'string' | 'int' | 'double' | 'bool';
  readonly map: string;
  readonly valueAt: (from: NativeColumn, row: number) => AttributeValue;
}

const MAPS: readonly TypedMap[] = [
  { type: 'string', map: 'attr_string', valueAt: textAt },
  { type: 'int', map: 'attr_int', valueAt: bigintAt },
  { type: 'double', map: 'attr_double', valueAt: numberAt },
  { type: 'bool', map: 'attr_bool', valueAt: (from, row) => numberAt(from, row) !== 0 },
];

/** By the first byte of an encoded AnyValue, the tag of its one field; a null has none. */
const TYPE_BY_TAG: Readonly<Record<string, AttributeType>> = { '*': 'array', '2': 'map', ':': 'bytes' };

/** The names in the typed maps of the scanned spans and in their distinct resources. */
export async function readAttributeNames(run: RunQuery, tenant: string, scan: AttributeScan): Promise<AttributeNames> {
  const rows = await scannedRows(run, tenant, scan);
  const scanLimited = rows.isLimited;
  if (rows.last < rows.first) return { names: [], scanLimited };
  const tally = new NameTally();
  const parameters = new SqlParameters();
  const uniqueKeys = MAPS.map(({ type, map }) => `groupUniqArrayArray(mapKeys(${map})) AS ${type}_names`);
  const blocks = await run(
    `SELECT ${uniqueKeys.join(', ')}, groupUniqArrayArray(arrayMap((key, value) -> ` +
      "concat(if(empty(value), '0', substring(value, 1, 1)), toString(key)), " +
      'mapKeys(attr_other), mapValues(attr_other))) AS other_names ' +
      `FROM spans WHERE ${whereScanned(parameters, tenant, rows)}`,
    parameters,
  );
  for (const block of blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      for (const { type } of MAPS) {
        for (const name of textsAt(column(block, `${type}_names`), row)) tally.add('span', name, type);
      }
      for (const tagged of textsAt(column(block, 'other_names'), row)) {
        tally.add('span', tagged.slice(1), TYPE_BY_TAG[tagged.charAt(0)]);
      }
    }
  }
  const ofResources = new SqlParameters();
  const resources = await run(
    `SELECT DISTINCT toString(resource) AS resource FROM spans WHERE ${whereScanned(ofResources, tenant, rows)}`,
    ofResources,
  );
  for (const block of resources) {
    const texts = column(block, 'resource');
    for (let row = 0; row < block.rowCount; row++) {
      tally.addAll('resource', parseCanonicalResource(textAt(texts, row)).attributes);
    }
  }
  return { names: tally.names(), scanLimited };
}

/** The scalar values of an attribute among the scanned distinct spans. */
export async function readAttributeValues(
  run: RunQuery,
  tenant: string,
  name: string,
  scan: AttributeValueScan,
): Promise<AttributeValues> {
  // No stored name has a lone surrogate.
  if (!name.isWellFormed()) return { values: [], scanLimited: false };
  const rows = await scannedRows(run, tenant, scan);
  const scanLimited = rows.isLimited;
  if (rows.last < rows.first) return { values: [], scanLimited };
  const tally = new ValueTally();
  if (scan.scope === 'span') await addSpanValues(tally, run, tenant, name, scan, rows);
  else await addResourceValues(tally, run, tenant, name, scan, rows);
  return { values: tally.mostFrequent(scan.limit), scanLimited };
}

async function addSpanValues(
  tally: ValueTally,
  run: RunQuery,
  tenant: string,
  name: string,
  scan: AttributeValueScan,
  rows: ScannedRows,
): Promise<void> {
  for (const { map, valueAt } of MAPS) {
    const parameters = new SqlParameters();
    const key = parameters.string(name);
    const where = `${whereScanned(parameters, tenant, rows, scan.service)} AND mapContains(${map}, ${key})`;
    const blocks = await run(
      'SELECT one_value, sum(one_weight) AS total FROM (' +
        `SELECT any(${map}[${key}]) AS one_value, any(weight) AS one_weight ` +
        `FROM spans WHERE ${where} GROUP BY ${ORDERED_COPY_KEY}) GROUP BY one_value ` +
        `ORDER BY total DESC, one_value LIMIT ${parameters.uint64(BigInt(scan.limit))}`,
      parameters,
    );
    for (const block of blocks) {
      const values = column(block, 'one_value');
      const totals = column(block, 'total');
      for (let row = 0; row < block.rowCount; row++) tally.add(valueAt(values, row), numberAt(totals, row));
    }
  }
}

async function addResourceValues(
  tally: ValueTally,
  run: RunQuery,
  tenant: string,
  name: string,
  scan: AttributeValueScan,
  rows: ScannedRows,
): Promise<void> {
  const parameters = new SqlParameters();
  const where =
    `${whereScanned(parameters, tenant, rows, scan.service)} ` +
    `AND ${canonicalExists('resource', name, parameters).may}`;
  const blocks = await run(
    'SELECT toString(one_resource) AS resource, sum(one_weight) AS total FROM (' +
      'SELECT any(resource) AS one_resource, any(weight) AS one_weight ' +
      `FROM spans WHERE ${where} GROUP BY ${ORDERED_COPY_KEY}) GROUP BY one_resource`,
    parameters,
  );
  for (const block of blocks) {
    const resources = column(block, 'resource');
    const totals = column(block, 'total');
    for (let row = 0; row < block.rowCount; row++) {
      tally.add(parseCanonicalResource(textAt(resources, row)).attributes.get(name), numberAt(totals, row));
    }
  }
}

function whereScanned(parameters: SqlParameters, tenant: string, rows: ScannedRows, service?: string): string {
  const ofService = service === undefined ? '' : ` AND service = ${parameters.string(service)}`;
  return `tenant = ${parameters.string(tenant)} AND ${startsBetween(parameters, rows.first, rows.last)}${ofService}`;
}
