/** Columns that tell copies of a span: rows that agree in them count once. */
export const COPY_KEY = 'trace_id, span_id, content_hash';

/** Copies start at the same time, and in this order the engine needs no table of all spans to find them. */
export const ORDERED_COPY_KEY: string = `intDiv(start_time_unix_nano, 10000000000), ${COPY_KEY}`;

/**
 * Settings that statements with these subqueries run with. The second: `any` of what is grouped by, as of steps of ten
 * seconds, is not made that itself, which fails together with the first (chDB 26.7, "not found column in block").
 */
export const IN_ORDER = 'optimize_aggregation_in_order = 1, optimize_aggregators_of_group_by_keys = 0';

const MINUTE = 'toUInt32(intDiv(start_time_unix_nano, 60000000000))';
const NO_PARENT = "toFixedString('', 8)";

/** Percentiles take whole weights: thousandths, up to a bound. As in src/memory/weighted-quantile.ts. */
const WHOLE_WEIGHT = 'toUInt64(floor(least(one_weight, 1e9) * 1000 + 0.5))';

const COUNTED = ['service', 'weight', 'is_error', 'duration_nano'];

/** One value of a column among copies, under a name that no condition on the column can mean. */
const ONE_OF_COPIES = COUNTED.map((column) => `any(${column}) AS one_${column}`).join(', ');
const OF_ONE_COPY = COUNTED.map((column) => `${column} AS one_${column}`).join(', ');

/** Rows by a condition; `copyFree` is another one, of rows among which no copies are. */
export interface CountedRows {
  readonly where: string;
  readonly copyFree?: string | undefined;
}

/** The distinct rows with these expressions under their names, and with what is counted. */
function distinctRows(expressions: readonly (readonly [name: string, sql: string])[], rows: CountedRows): string {
  const named = [...expressions, ...COUNTED.map((column) => [`one_${column}`, column] as const)];
  const distinct = (where: string): string =>
    `SELECT ${named.map(([name, sql]) => `any(${sql}) AS ${name}`).join(', ')} ` +
    `FROM spans WHERE ${where} GROUP BY ${ORDERED_COPY_KEY}`;
  const { where, copyFree } = rows;
  if (copyFree === undefined) return distinct(where);
  return (
    `SELECT ${named.map(([name, sql]) => `${sql} AS ${name}`).join(', ')} FROM spans WHERE ${where} AND ${copyFree} ` +
    `UNION ALL ${distinct(`${where} AND NOT ${copyFree}`)}`
  );
}

/** How many rows satisfy `where`, and how many of them are distinct. */
export function copiesOfRows(where: string): string {
  return (
    'SELECT sum(copies) AS row_count, count() AS distinct_row_count FROM (' +
    `SELECT count() AS copies FROM spans WHERE ${where} GROUP BY ${ORDERED_COPY_KEY})`
  );
}

const TOTALS = 'sum(one_weight) AS total, sum(one_weight * one_is_error) AS errors';
const SUMS = `${TOTALS}, sum(one_weight * one_duration_nano) AS duration_sum`;

/** RED by minute, service, operation and kind of the distinct rows that satisfy `where`. */
export function redOfRows(where: string): string {
  return (
    `SELECT minute, one_service AS service, one_name AS name, one_kind AS kind, ${SUMS}, ` +
    `quantilesExactWeighted(0.5, 0.95, 0.99)(one_duration_nano, ${WHOLE_WEIGHT}) AS quantiles, ` +
    'quantiles[1] AS p50, quantiles[2] AS p95, quantiles[3] AS p99 FROM (' +
    `SELECT any(${MINUTE}) AS minute, any(name) AS one_name, any(kind) AS one_kind, ${ONE_OF_COPIES} ` +
    `FROM spans WHERE ${where} GROUP BY ${ORDERED_COPY_KEY}) GROUP BY minute, one_service, one_name, one_kind`
  );
}

/**
 * Statistics of the distinct rows that satisfy `where`, by name (`level` 1), by step of time (2) and altogether (3).
 * Quantiles are of durations cut to 8 significant bits, so that their memory is bounded.
 */
export function requestsOfRows(
  where: string,
  sql: { stepNano: string; slowNano: string; levels: string },
  areFew: boolean,
): string {
  // A table of all rows' keys finds the copies in a third of the time that the order takes, where it is not too large.
  const distinct = areFew
    ? 'SELECT trace_id AS trace, name AS one_name, ' +
      `intDiv(start_time_unix_nano, ${sql.stepNano}) AS one_step, ${OF_ONE_COPY} ` +
      `FROM spans WHERE ${where} LIMIT 1 BY ${COPY_KEY}`
    : 'SELECT trace_id AS trace, any(name) AS one_name, ' +
      `any(intDiv(start_time_unix_nano, ${sql.stepNano})) AS one_step, ${ONE_OF_COPIES} ` +
      `FROM spans WHERE ${where} GROUP BY ${ORDERED_COPY_KEY}`;
  return (
    `SELECT one_name AS operation, one_step AS step, grouping(one_name, one_step) AS level, ${SUMS}, ` +
    'min(one_duration_nano) AS shortest, max(one_duration_nano) AS longest, ' +
    `quantilesBFloat16Weighted(${sql.levels})(one_duration_nano, ${WHOLE_WEIGHT}) AS quantiles, ` +
    `uniqExactIf(trace, one_duration_nano > ${sql.slowNano}) AS slow_traces FROM (${distinct}) ` +
    'GROUP BY GROUPING SETS ((one_name), (one_step), ())'
  );
}

/**
 * The distinct rows by start (`one_column`, a multiple of the step) and duration (`bound`, the last
 * of the bounds that is not above it).
 */
export function heatCellsOfRows(rows: CountedRows, sql: { stepNano: string; boundsNano: string }): string {
  return (
    `SELECT one_column, roundDown(one_duration_nano, ${sql.boundsNano}) AS bound, ${TOTALS} FROM (` +
    `${distinctRows([['one_column', `intDiv(start_time_unix_nano, ${sql.stepNano})`]], rows)}) ` +
    'GROUP BY one_column, bound'
  );
}

/**
 * The distinct rows by the value of each of the expressions, which are texts, and altogether. `level` is the grouping of
 * the expressions, `value` the value; `limit` values each, `''` first, then the most frequent.
 */
export function facetsOfRows(rows: CountedRows, expressions: readonly string[], limit: number): string {
  const names = expressions.map((_, i) => `facet${i}`);
  const named = expressions.map((expression, i) => [`facet${i}`, expression] as const);
  const totals = `${TOTALS} FROM (${distinctRows(named, rows)})`;
  if (names.length === 0) return `SELECT '' AS value, 0 AS level, ${totals}`;
  return (
    `SELECT arrayStringConcat([${names.join(', ')}]) AS value, grouping(${names.join(', ')}) AS level, ${totals} ` +
    `GROUP BY GROUPING SETS (${[...names, ''].map((name) => `(${name})`).join(', ')}) ` +
    `ORDER BY level, value != '', total DESC, value LIMIT ${limit} BY level`
  );
}

/** The distinct rows by their resource. */
export function resourcesOfRows(rows: CountedRows): string {
  return (
    `SELECT toString(one_resource) AS resource, ${TOTALS} FROM (${distinctRows([['one_resource', 'resource']], rows)}) ` +
    'GROUP BY one_resource'
  );
}

/** A bucket of durations is 2.2 % wide. */
const BUCKETS_PER_DOUBLING = 32;

/** The middle of a bucket of `edgesOfRows`. */
export function bucketDurationNano(bucket: number): number {
  return Math.round(2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING) - 1);
}

/**
 * Edges of the distinct children that satisfy `children`, whose parents are among the rows that satisfy `parents`. Of
 * several spans with the parent's id the earliest, then longest, is the parent, as in an assembled trace. Pairs within
 * a service and children without a stored parent are there too, these with the parent `''`.
 */
export function edgesOfRows(children: string, parents: string): string {
  return (
    `SELECT parent, one_service AS child, ${SUMS}, count() AS child_count, ` +
    `tupleElement(${HISTOGRAM}, 1) AS buckets, tupleElement(${HISTOGRAM}, 2) AS weights FROM (` +
    `SELECT trace_id AS trace, any(parent_span_id) AS parent_id, ${ONE_OF_COPIES} ` +
    `FROM spans WHERE ${children} AND parent_span_id != ${NO_PARENT} GROUP BY ${ORDERED_COPY_KEY}) AS children ` +
    'LEFT JOIN (' +
    'SELECT trace_id, span_id, ' +
    'argMin(toString(service), (start_time_unix_nano, bitNot(duration_nano), toString(service))) AS parent ' +
    `FROM spans WHERE ${parents} GROUP BY trace_id, span_id) AS parents ` +
    'ON children.trace = parents.trace_id AND children.parent_id = parents.span_id ' +
    'GROUP BY parent, one_service'
  );
}

/**
 * The distinct rows that satisfy `children` and are requests: their parents are not among the rows of their service that
 * satisfy `parents`. By service, step of time and maybe name, with a histogram of durations as above.
 */
export function requestHistogramsOfRows(
  children: string,
  parents: string,
  sql: { stepNano: string; byOperation: boolean },
): string {
  const [operation, name] = sql.byOperation ? ['one_name AS operation, ', ', one_name'] : ['', ''];
  return (
    `SELECT one_service AS service, ${operation}one_step AS step, ${SUMS}, ` +
    'min(one_duration_nano) AS shortest, max(one_duration_nano) AS longest, ' +
    `tupleElement(${HISTOGRAM}, 1) AS buckets, tupleElement(${HISTOGRAM}, 2) AS weights FROM (` +
    'SELECT trace_id AS trace, any(parent_span_id) AS parent_id, any(name) AS one_name, ' +
    `any(intDiv(start_time_unix_nano, ${sql.stepNano})) AS one_step, ${ONE_OF_COPIES} ` +
    `FROM spans WHERE ${children} GROUP BY ${ORDERED_COPY_KEY}) ` +
    'WHERE (trace, parent_id, toString(one_service)) NOT IN (' +
    `SELECT trace_id, span_id, toString(service) FROM spans WHERE ${parents}) ` +
    `GROUP BY one_service, one_step${name}`
  );
}

const HISTOGRAM = `sumMap([toUInt16(floor(log2(one_duration_nano + 1) * ${BUCKETS_PER_DOUBLING}))], [one_weight])`;
