import type { AttributeValue } from '@throughline/model';
import type { NativeBlock } from '../native/native-reader.ts';
import { column, numberAt, textAt } from '../native/native-values.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import { parseCanonicalResource } from '../sql/canonical-text.ts';
import { facetsOfRows, resourcesOfRows } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import type { ExactRows } from './exact-rows.ts';
import {
  type Facet,
  type FacetField,
  type Facets,
  type FacetScan,
  FacetTally,
  resourceValueOf,
  type SpanCounts,
} from './facets.ts';

/** The facets of the rows: one scan for what is in spans, one for what is in their resources. */
export async function readFacets(
  run: RunQuery,
  rows: ExactRows,
  { fields, limit }: Pick<FacetScan, 'fields' | 'limit'>,
): Promise<Facets> {
  const ofSpans = fields.filter(({ scope }) => scope !== 'resource');
  const ofResources = fields.filter(({ scope }) => scope === 'resource');
  const spans = await readSpanFacets(run, rows, ofSpans, limit);
  const resources = ofResources.length === 0 ? new Map() : await readResourceFacets(run, rows, ofResources, limit);
  const none: Facet = { values: [], more: false, missingCount: 0 };
  return {
    ...spans.total,
    facets: fields.map((field) => spans.facets.get(field) ?? resources.get(field) ?? none),
  };
}

async function readSpanFacets(
  run: RunQuery,
  rows: ExactRows,
  fields: readonly FacetField[],
  limit: number,
): Promise<{ readonly total: SpanCounts; readonly facets: ReadonlyMap<FacetField, Facet> }> {
  const parameters = new SqlParameters();
  const counted = rows(parameters);
  let total: SpanCounts = { count: 0, errorCount: 0 };
  const tallies = fields.map(() => new FacetTally());
  if (counted.where !== '0') {
    const expressions = fields.map((field) => valueExpression(field, parameters));
    // The missing value, the values, and one more to know whether there is one.
    for (const block of await run(facetsOfRows(counted, expressions, limit + 2), parameters)) {
      for (let row = 0; row < block.rowCount; row++) {
        const level = numberAt(column(block, 'level'), row);
        const counts = countsAt(block, row);
        const tally = tallies[fieldOfLevel(level, fields.length)];
        if (tally === undefined) total = counts;
        else tally.add(taggedValue(textAt(column(block, 'value'), row)), counts);
      }
    }
  }
  return { total, facets: new Map(fields.map((field, i) => [field, tallies[i]?.facet(limit) ?? EMPTY])) };
}

const EMPTY: Facet = { values: [], more: false, missingCount: 0 };

async function readResourceFacets(
  run: RunQuery,
  rows: ExactRows,
  fields: readonly FacetField[],
  limit: number,
): Promise<ReadonlyMap<FacetField, Facet>> {
  const parameters = new SqlParameters();
  const counted = rows(parameters);
  const tallies = new Map(fields.map((field) => [field, new FacetTally()]));
  const blocks = counted.where === '0' ? [] : await run(resourcesOfRows(counted), parameters);
  for (const block of blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      const resource = parseCanonicalResource(textAt(column(block, 'resource'), row));
      const counts = countsAt(block, row);
      for (const [{ name }, tally] of tallies) tally.add(resourceValueOf(resource, name), counts);
    }
  }
  return new Map([...tallies].map(([field, tally]) => [field, tally.facet(limit)]));
}

function countsAt(block: NativeBlock, row: number): SpanCounts {
  return { count: numberAt(column(block, 'total'), row), errorCount: numberAt(column(block, 'errors'), row) };
}

/** `grouping` has a bit for each field, the first one's the highest, that is 0 in the rows of this field. */
function fieldOfLevel(level: number, fieldCount: number): number {
  return fieldCount - 1 - Math.log2(2 ** fieldCount - 1 - level);
}

/** The value as text behind a letter for its type; empty without a scalar value. */
function valueExpression(field: FacetField, parameters: SqlParameters): string {
  if (field.scope === 'intrinsic') {
    if (field.name === 'name') return "concat('s', name)";
    return `concat('i', toString(${field.name === 'status' ? 'status_code' : 'kind'}))`;
  }
  if (!field.name.isWellFormed()) return "''";
  const key = parameters.string(field.name);
  const tagged = (['string', 'int', 'double', 'bool'] as const).map(
    (type) => `mapContains(attr_${type}, ${key}), concat('${type[0]}', toString(attr_${type}[${key}]))`,
  );
  return `multiIf(${tagged.join(', ')}, '')`;
}

const SPECIAL_DOUBLES: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

function taggedValue(text: string): AttributeValue | undefined {
  const value = text.slice(1);
  switch (text[0]) {
    case 's':
      return value;
    case 'i':
      return BigInt(value);
    case 'd':
      return SPECIAL_DOUBLES[value] ?? Number(value);
    case 'b':
      return value === '1';
    default:
      return undefined;
  }
}
