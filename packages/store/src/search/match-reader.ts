import type { SpanPredicate, TraceCondition } from '@throughline/traceql';
import type { ChdbEngine, QueryOptions } from '../chdb/chdb-engine.ts';
import { boundsOf, readTraceBounds, rowsOfTraces, type TraceBounds } from '../chdb/trace-bounds.ts';
import { bigintAt, column, hexAt, numberAt } from '../native/native-values.ts';
import type { TraceCandidate } from '../span-store.ts';
import { compilePredicate, compileResourcePart, type LeafFacts } from '../sql/compile-predicate.ts';
import { conjunction, disjunction, isExact, type SqlCondition } from '../sql/sql-condition.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { comparedKeys, END_OF_TIME, leafPredicates, type SearchPlan, unscopedLeaves } from './search-plan.ts';
import type { MinuteRows, TimeSlice } from './time-slices.ts';

/** A trace with a span that may match. */
export interface Match {
  readonly traceId: string;
  /** The earliest start of such a span within what was read. */
  readonly matchedUnixNano: bigint;
  readonly exact: boolean;
}

/** The questions a search asks the engine. */
export class MatchReader {
  readonly #engine: ChdbEngine;
  readonly #plan: SearchPlan;
  readonly #facts: LeafFacts;
  readonly #options: QueryOptions;

  constructor(engine: ChdbEngine, plan: SearchPlan, facts: LeafFacts, signal: AbortSignal | undefined) {
    this.#engine = engine;
    this.#plan = plan;
    this.#facts = facts;
    this.#options = { signal };
  }

  /** Whether indexes will leave little to read, so that slices of time would only add queries. */
  get isSelective(): boolean {
    return this.#plan.indexedLeaves.some(
      (leaf) => leaf.field.kind === 'intrinsic' || leaf.field.scope !== 'any' || !this.#facts.resourceMaySatisfy(leaf),
    );
  }

  /** Latest minute first. */
  async minutes(from: bigint, to: bigint): Promise<MinuteRows[]> {
    if (to <= from) return [];
    const parameters = new SqlParameters();
    const blocks = await this.#engine.query(
      'SELECT minute, sum(row_count) AS total FROM minute_rows ' +
        `WHERE tenant = ${parameters.string(this.#plan.tenant)} ` +
        `AND minute >= ${parameters.uint64(from / MINUTE_NANO)} AND minute <= ${parameters.uint64((to - 1n) / MINUTE_NANO)} ` +
        'GROUP BY minute ORDER BY minute DESC',
      parameters,
      this.#options,
    );
    return blocks.flatMap((block) =>
      Array.from({ length: block.rowCount }, (_, row) => ({
        minute: numberAt(column(block, 'minute'), row),
        rowCount: numberAt(column(block, 'total'), row),
      })),
    );
  }

  /** Traces with a span in the slice that may match, by their earliest one there, latest first; `limit` of them. */
  async matchesIn(slice: TimeSlice, limit: number): Promise<Match[]> {
    const parameters = new SqlParameters();
    const { may, must } = this.#finder(parameters);
    if (may === '0') return [];
    const rows = conjunction([...this.#started(parameters, slice), may]);
    return this.#matches(parameters, rows, must, `ORDER BY matched DESC, trace_id LIMIT ${limit}`);
  }

  /** Those of the traces with a span in the window that may match. */
  async matchesAmong(traces: readonly TraceBounds[]): Promise<Match[]> {
    if (traces.length === 0) return [];
    const parameters = new SqlParameters();
    const { may, must } = this.#finder(parameters);
    if (may === '0') return [];
    const rows = rowsOfTraces(parameters, this.#plan.tenant, traces);
    const inWindow = this.#plan.isWholeTime ? ['1'] : this.#started(parameters, this.#plan);
    return this.#matches(parameters, conjunction([rows, ...inWindow, may]), must, '');
  }

  /** Up to `limit` ids of traces with a span in the window that may match, in no order. */
  async anyMatchingIds(limit: number): Promise<string[]> {
    const parameters = new SqlParameters();
    const { may } = this.#finder(parameters);
    if (may === '0') return [];
    const rows = conjunction([...this.#started(parameters, this.#plan), may]);
    const blocks = await this.#engine.query(
      `SELECT DISTINCT trace_id FROM spans WHERE ${rows} LIMIT ${limit}`,
      parameters,
      this.#options,
    );
    return blocks.flatMap((block) =>
      Array.from({ length: block.rowCount }, (_, row) => hexAt(column(block, 'trace_id'), row)),
    );
  }

  /** The matches as candidates, without those that turn out not to match. */
  async resolve(matches: readonly Match[]): Promise<TraceCandidate[]> {
    const { tenant, durationHolds, condition } = this.#plan;
    const ids = matches.map(({ traceId }) => traceId);
    const bounds = await readTraceBounds(this.#engine, tenant, ids, this.#options.signal);
    const candidates = matches.flatMap(({ traceId, exact }) => {
      const found = bounds.get(traceId);
      if (found === undefined || !durationHolds(found.endTimeUnixNano - found.startTimeUnixNano)) return [];
      return [{ ...found, exact }];
    });
    if (condition.kind === 'spans' || candidates.length === 0) return candidates;
    const satisfying = await this.#satisfying(candidates);
    return candidates.filter(({ traceId }) => satisfying.has(traceId));
  }

  bounds(traceIds: readonly string[]): Promise<Map<string, TraceBounds>> {
    return readTraceBounds(this.#engine, this.#plan.tenant, traceIds, this.#options.signal);
  }

  /** Traces that start by `startUnixNano` and end after `endUnixNano`, those that end latest first. */
  async tracesAcross(startUnixNano: bigint, endUnixNano: bigint, limit: number): Promise<TraceBounds[]> {
    const parameters = new SqlParameters();
    const blocks = await this.#engine.query(
      `${this.#selectTraces(parameters)} HAVING first_start <= ${parameters.uint64(startUnixNano)} ` +
        `AND last_end > ${parameters.uint64(endUnixNano)} ORDER BY last_end DESC LIMIT ${limit}`,
      parameters,
      this.#options,
    );
    return blocks.flatMap(boundsOf);
  }

  /** Traces that touch the window and are not too short, longest first, then by id, behind `after`; `limit` of them. */
  async longestTraces(
    after: { readonly key: bigint; readonly traceId: string } | undefined,
    limit: number,
  ): Promise<TraceBounds[]> {
    const parameters = new SqlParameters();
    const having: string[] = [];
    const { atLeastNano } = this.#plan;
    if (atLeastNano > 0n) having.push(`last_end - first_start >= ${parameters.uint64(clampToUint64(atLeastNano))}`);
    const { from, to, isWholeTime } = this.#plan;
    if (!isWholeTime) {
      if (to < END_OF_TIME) having.push(`first_start < ${parameters.uint64(to)}`);
      having.push(`last_end >= ${parameters.uint64(from)}`);
    }
    if (after !== undefined) {
      const key = parameters.uint64(after.key);
      const id = `toFixedString(${parameters.bytes(after.traceId)}, 16)`;
      having.push(`(last_end - first_start < ${key} OR (last_end - first_start = ${key} AND trace_id > ${id}))`);
    }
    const blocks = await this.#engine.query(
      `${this.#selectTraces(parameters)} HAVING ${conjunction(having)} ` +
        `ORDER BY last_end - first_start DESC, trace_id LIMIT ${limit}`,
      parameters,
      this.#options,
    );
    return blocks.flatMap(boundsOf);
  }

  #selectTraces(parameters: SqlParameters): string {
    return (
      'SELECT trace_id, min(traces.first_start) AS first_start, max(traces.last_end) AS last_end FROM traces ' +
      `WHERE tenant = ${parameters.string(this.#plan.tenant)} GROUP BY trace_id`
    );
  }

  #started(parameters: SqlParameters, { from, to }: TimeSlice): string[] {
    const started = [
      `tenant = ${parameters.string(this.#plan.tenant)}`,
      `start_time_unix_nano >= ${parameters.uint64(from)}`,
    ];
    if (to < END_OF_TIME) started.push(`start_time_unix_nano < ${parameters.uint64(to)}`);
    return started;
  }

  /** What a span that makes a trace a candidate satisfies. */
  #finder(parameters: SqlParameters): SqlCondition {
    const { condition, exact } = this.#plan;
    const compiled = leafPredicates(condition).map((leaf) => compilePredicate(leaf, parameters, this.#facts));
    const may = disjunction(compiled.map((each) => each.may));
    const [only] = compiled;
    if (!exact || condition.kind !== 'spans' || only === undefined) return { may, must: '0' };
    return { may, must: isExact(only) ? '1' : only.must };
  }

  async #matches(parameters: SqlParameters, rows: string, must: string, end: string): Promise<Match[]> {
    const blocks = await this.#engine.query(
      `SELECT trace_id, min(start_time_unix_nano) AS matched, max(toUInt8(${must})) AS is_match FROM spans ` +
        `WHERE ${rows} GROUP BY trace_id ${end}`,
      parameters,
      this.#options,
    );
    return blocks.flatMap((block) => {
      const ids = column(block, 'trace_id');
      const matched = column(block, 'matched');
      const isMatch = column(block, 'is_match');
      return Array.from({ length: block.rowCount }, (_, row) => ({
        traceId: hexAt(ids, row),
        matchedUnixNano: bigintAt(matched, row),
        exact: numberAt(isMatch, row) === 1,
      }));
    });
  }

  /** The traces that may satisfy the condition as a whole, all their spans taken together. */
  async #satisfying(traces: readonly TraceBounds[]): Promise<ReadonlySet<string>> {
    const parameters = new SqlParameters();
    const having = this.#having(this.#plan.condition, parameters);
    const blocks = await this.#engine.query(
      `SELECT trace_id FROM spans WHERE ${rowsOfTraces(parameters, this.#plan.tenant, traces)} ` +
        `GROUP BY trace_id HAVING ${having}`,
      parameters,
      this.#options,
    );
    return new Set(
      blocks.flatMap((block) =>
        Array.from({ length: block.rowCount }, (_, row) => hexAt(column(block, 'trace_id'), row)),
      ),
    );
  }

  #having(condition: TraceCondition, parameters: SqlParameters): string {
    if (condition.kind === 'spans') {
      const { may } = compilePredicate(condition.predicate, parameters, this.#facts);
      return may === '0' || may === '1' ? may : `max(toUInt8(${may})) = 1`;
    }
    const operands = condition.operands.map((operand) => this.#having(operand, parameters));
    return condition.kind === 'and' ? conjunction(operands) : disjunction(operands);
  }
}

function clampToUint64(value: bigint): bigint {
  return value > 2n ** 64n - 1n ? 2n ** 64n - 1n : value;
}

const MINUTE_NANO = 60_000_000_000n;

/** Finds out what lets the condition be simpler SQL, which is worth a query or two. */
export async function readLeafFacts(
  engine: ChdbEngine,
  plan: SearchPlan,
  signal: AbortSignal | undefined,
): Promise<LeafFacts> {
  const predicates = leafPredicates(plan.condition);
  const unscoped = predicates.flatMap(unscopedLeaves);
  const keys = new Set(predicates.flatMap(comparedKeys));
  const satisfied = await leavesOfResources(engine, plan.tenant, unscoped, signal);
  const arrayKeys = new Set<string>();
  for (const key of keys) if (await hasOtherValue(engine, plan.tenant, key, signal)) arrayKeys.add(key);
  return {
    resourceMaySatisfy: (leaf) => satisfied.has(leaf),
    mayHoldArray: (key) => arrayKeys.has(key),
  };
}

/** Asks the table of distinct resources about all leaves in one query. */
async function leavesOfResources(
  engine: ChdbEngine,
  tenant: string,
  leaves: readonly SpanPredicate[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<SpanPredicate>> {
  if (leaves.length === 0) return new Set();
  const parameters = new SqlParameters();
  const tests = leaves.map((leaf, i) => `max(toUInt8(${compileResourcePart(leaf, parameters).may})) AS leaf${i}`);
  const [block] = await engine.query(
    `SELECT ${tests.join(', ')} FROM resources WHERE tenant = ${parameters.string(tenant)}`,
    parameters,
    { signal },
  );
  return new Set(leaves.filter((_, i) => block === undefined || numberAt(column(block, `leaf${i}`), 0) === 1));
}

/** Whether a span has an array, bytes, a map or null under the key; where none has, the index on keys tells. */
async function hasOtherValue(
  engine: ChdbEngine,
  tenant: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!key.isWellFormed()) return false;
  const parameters = new SqlParameters();
  const blocks = await engine.query(
    `SELECT 1 FROM spans WHERE tenant = ${parameters.string(tenant)} ` +
      `AND mapContains(attr_other, ${parameters.string(key)}) LIMIT 1`,
    parameters,
    { signal },
  );
  return blocks.length > 0;
}
