import type { ChdbEngine } from '../chdb/chdb-engine.ts';
import { startsBetween } from '../chdb/trace-bounds.ts';
import { readLeafFacts } from '../search/match-reader.ts';
import { planSearch, type SearchPlan } from '../search/search-plan.ts';
import { compareInteger, UINT64 } from '../sql/compare-scalar.ts';
import { compilePredicate, type LeafFacts } from '../sql/compile-predicate.ts';
import { conjunction, isExact } from '../sql/sql-condition.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import type { SpanFilter } from './span-filter.ts';

/** A condition on rows of `spans` that holds for exactly the spans of a filter. */
export type ExactRows = (parameters: SqlParameters) => string;

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
  if (plan.to <= plan.from) return () => '0';
  const facts: LeafFacts = await readLeafFacts(engine, plan, signal);
  const compile = (parameters: SqlParameters): ReturnType<typeof compilePredicate> =>
    compilePredicate(condition.predicate, parameters, facts);
  if (!isExact(compile(new SqlParameters()))) return undefined;
  return (parameters) =>
    conjunction([
      `tenant = ${parameters.string(tenant)}`,
      startsBetween(parameters, plan.from, plan.to - 1n),
      compile(parameters).may,
      ...ofTracesThatLast(plan, parameters),
    ]);
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
