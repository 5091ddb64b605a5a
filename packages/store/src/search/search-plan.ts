import type { SpanPredicate, TraceCondition } from '@throughline/traceql';
import type { TraceSearch } from '../span-store.ts';

/** A search with what can be told apart before any SQL is made. */
export interface SearchPlan {
  readonly tenant: string;
  readonly condition: TraceCondition;
  /** Whether a trace that certainly satisfies the condition certainly matches. */
  readonly exact: boolean;
  /** Starts of matching spans, `[from, to)`. */
  readonly from: bigint;
  readonly to: bigint;
  readonly isWholeTime: boolean;
  readonly after: TraceSearch['after'];
  /** Conditions on the trace's duration that every match satisfies; they are not part of `condition`. */
  readonly durationHolds: (durationNano: bigint) => boolean;
  readonly traceDurations: readonly Comparison[];
  /** No shorter trace matches; 0 where any may. */
  readonly atLeastNano: bigint;
  /** The only trace that can match, if the condition names it. */
  readonly onlyTraceId: string | undefined;
  /** Conditions of every match that an index answers, so that little is left to read. */
  readonly indexedLeaves: readonly Comparison[];
}

export const END_OF_TIME: bigint = 2n ** 64n;

export function planSearch(search: TraceSearch): SearchPlan {
  const { tenant, conditions, window, after } = search;
  const from = clamp(window?.fromUnixNano ?? 0n);
  const to = clamp(window?.toUnixNano ?? END_OF_TIME);
  const { condition } = conditions;
  const conjuncts = condition.kind === 'spans' ? conjunctsOf(condition.predicate) : [];
  const durations = conjuncts.filter(isTraceDuration);
  const rest = conjuncts.filter((conjunct): boolean => !isTraceDuration(conjunct));
  return {
    tenant,
    condition: durations.length === 0 ? condition : { kind: 'spans', predicate: { kind: 'and', operands: rest } },
    exact: conditions.exact,
    from,
    to,
    isWholeTime: from === 0n && to === END_OF_TIME,
    after,
    durationHolds: (durationNano) => durations.every((leaf) => durationSatisfies(leaf, durationNano)),
    traceDurations: durations,
    atLeastNano: durations.map(leastNano).reduce((most, each) => (each > most ? each : most), 0n),
    onlyTraceId: rest.map(tracedId).find((id) => id !== undefined),
    indexedLeaves: rest.filter(isIndexed),
  };
}

function clamp(instant: bigint): bigint {
  return instant < 0n ? 0n : instant > END_OF_TIME ? END_OF_TIME : instant;
}

function conjunctsOf(predicate: SpanPredicate): readonly SpanPredicate[] {
  return predicate.kind === 'and' ? predicate.operands.flatMap(conjunctsOf) : [predicate];
}

type Comparison = Extract<SpanPredicate, { readonly kind: 'compare' }>;

function isTraceDuration(predicate: SpanPredicate): predicate is Comparison {
  return (
    predicate.kind === 'compare' && predicate.field.kind === 'intrinsic' && predicate.field.name === 'traceDuration'
  );
}

function durationSatisfies({ operator, value }: Comparison, durationNano: bigint): boolean {
  if (typeof value !== 'bigint' && typeof value !== 'number') return false;
  switch (operator) {
    case '=':
      return durationNano == value;
    case '!=':
      return durationNano != value;
    case '<':
      return durationNano < value;
    case '<=':
      return durationNano <= value;
    case '>':
      return durationNano > value;
    case '>=':
      return durationNano >= value;
    default:
      return false;
  }
}

/** The shortest duration that may satisfy it. */
function leastNano({ operator, value }: Comparison): bigint {
  if (typeof value !== 'bigint' || !['>', '>=', '='].includes(operator)) return 0n;
  return operator === '>' ? value + 1n : value;
}

function tracedId(predicate: SpanPredicate): string | undefined {
  if (predicate.kind !== 'compare' || predicate.operator !== '=' || predicate.field.kind !== 'intrinsic')
    return undefined;
  return predicate.field.name === 'traceId' && typeof predicate.value === 'string' ? predicate.value : undefined;
}

/** Comparisons that the indexes on attribute values, event and link tokens answer. */
function isIndexed(predicate: SpanPredicate): predicate is Comparison {
  if (predicate.kind !== 'compare' || predicate.operator !== '=' || typeof predicate.value !== 'string') return false;
  const { field } = predicate;
  if (field.kind === 'intrinsic') return field.name === 'linkTraceId';
  return field.scope === 'span' || field.scope === 'any' || field.scope === 'event' || field.scope === 'link';
}

/** The predicates of all leaves. */
export function leafPredicates(condition: TraceCondition): readonly SpanPredicate[] {
  return condition.kind === 'spans' ? [condition.predicate] : condition.operands.flatMap(leafPredicates);
}

/** Comparisons and existence tests of unscoped attributes. */
export function unscopedLeaves(predicate: SpanPredicate): readonly SpanPredicate[] {
  switch (predicate.kind) {
    case 'true':
      return [];
    case 'and':
    case 'or':
      return predicate.operands.flatMap(unscopedLeaves);
    case 'exists':
    case 'compare':
      return predicate.field.kind === 'attribute' && predicate.field.scope === 'any' ? [predicate] : [];
  }
}

/** Keys of the span attributes that are compared, unscoped ones included. */
export function comparedKeys(predicate: SpanPredicate): readonly string[] {
  if (predicate.kind === 'and' || predicate.kind === 'or') return predicate.operands.flatMap(comparedKeys);
  if (predicate.kind !== 'compare' || predicate.field.kind !== 'attribute') return [];
  const { scope, name } = predicate.field;
  return scope === 'span' || scope === 'any' ? [name] : [];
}
