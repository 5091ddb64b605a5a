import type { ChdbEngine } from '../chdb/chdb-engine.ts';
import { startsBetween } from '../chdb/trace-bounds.ts';
import { readLeafFacts } from '../search/match-reader.ts';
import {
  type MinuteRange,
  minuteRange,
  readMinuteStates,
  type RunQuery,
  slicesOf,
  startedIn,
} from '../rollup/rolled-minutes.ts';
import { planSearch, type SearchPlan } from '../search/search-plan.ts';
import type { TimeWindow } from '../span-store.ts';
import { compareInteger, UINT64 } from '../sql/compare-scalar.ts';
import { compilePredicate, type LeafFacts } from '../sql/compile-predicate.ts';
import { conjunction, isExact } from '../sql/sql-condition.ts';
import type { CountedRows } from '../sql/distinct-spans.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import type { SpanFilter } from './span-filter.ts';

/** Rows of `spans`: exactly the spans of a filter. `where` is `'0'` where there can be none. */
export type ExactRows = (parameters: SqlParameters) => CountedRows;

/** With more ranges of minutes in a condition the engine spends more on it than on copies. */
const MAX_COPY_FREE_RANGES = 20;

/** Undefined where SQL may say more or less than the filter. */
export async function exactRows(
  engine: ChdbEngine,
  tenant: string,
  { conditions, window }: SpanFilter,
  signal: AbortSignal | undefined,
): Promise<ExactRows | undefined> {
  const plan = planSearch({ tenant, conditions, window, order: 'newest' });
  const { condition } = plan;
  if (!plan.exact || condition.kind !== 'spans') return undefined;
  if (plan.to <= plan.from) return () => ({ where: '0' });
  const facts: LeafFacts = await readLeafFacts(engine, plan, signal);
  const compile = (parameters: SqlParameters): ReturnType<typeof compilePredicate> =>
    compilePredicate(condition.predicate, parameters, facts);
  if (!isExact(compile(new SqlParameters()))) return undefined;
  const copyFree = await copyFreeRanges(engine, tenant, window, signal);
  return (parameters) => ({
    where: conjunction([
      `tenant = ${parameters.string(tenant)}`,
      startsBetween(parameters, plan.from, plan.to - 1n),
      compile(parameters).may,
      ...ofTracesThatLast(plan, parameters),
    ]),
    copyFree:
      copyFree.length === 0
        ? undefined
        : `(${copyFree.map((range) => `(${startedIn(parameters, range)})`).join(' OR ')})`,
  });
}

/** The longest ranges of minutes that were rolled up and found to have no copies. */
async function copyFreeRanges(
  engine: ChdbEngine,
  tenant: string,
  window: TimeWindow,
  signal: AbortSignal | undefined,
): Promise<readonly MinuteRange[]> {
  const range = minuteRange(window);
  if (range === undefined) return [];
  const run: RunQuery = (sql, parameters) => engine.query(sql, parameters, { signal });
  const states = await readMinuteStates(run, tenant, range);
  const ranges = slicesOf(
    states.filter(({ isCopyFree }) => isCopyFree),
    states,
    Number.POSITIVE_INFINITY,
  );
  return ranges.toSorted((a, b) => b.last - b.first - (a.last - a.first)).slice(0, MAX_COPY_FREE_RANGES);
}

/** Conditions on the duration of the spans' traces. */
function ofTracesThatLast(
  { tenant, traceDurations }: Pick<SearchPlan, 'tenant' | 'traceDurations'>,
  parameters: SqlParameters,
): string[] {
  if (traceDurations.length === 0) return [];
  const having = traceDurations.map(
    ({ operator, value }) =>
      compareInteger('max(last_end) - min(first_start)', UINT64, operator, value, parameters).may,
  );
  return [
    `trace_id IN (SELECT trace_id FROM traces WHERE tenant = ${parameters.string(tenant)} ` +
      `GROUP BY trace_id HAVING ${conjunction(having)})`,
  ];
}
