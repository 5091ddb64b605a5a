import { remoteChildOf, type TraceFacts } from '../trace-facts.ts';
import type { CriticalPath } from '../critical-path.ts';
import type { OwnPathTime } from '../own-path-time.ts';
import type { SpanShapes } from './span-shapes.ts';

export type PatternKind =
  | 'n_plus_one'
  | 'sequential_calls'
  | 'retry_storm'
  | 'timeout_cascade'
  | 'queue_wait'
  | 'chatty_service'
  | 'repeated_slow_query'
  | 'high_cardinality'
  | 'payload_in_attribute'
  | 'error_origin';

/** Something that a trace shows and that could be better. */
export interface Pattern {
  readonly kind: PatternKind;
  /** One sentence; names in it come from spans and are not to be trusted. */
  readonly summary: string;
  /** Where to look first, then the rest in time order; cut at `maxEvidence`. Never empty. */
  readonly rows: readonly number[];
  /** How many spans belong to it, the cut ones included. */
  readonly spanCount: number;
  /**
   * By how much the critical path would shrink if the pattern were gone, in nanoseconds, other things being equal; each
   * detector says what that means. An estimate from above: something else may take the place on the path. Never
   * negative, never more than the trace's duration, 0 where the pattern costs no time of the trace.
   */
  readonly savingNano: number;
  /** `possible`: the trace cannot tell whether it must be so (data dependencies, missing status). */
  readonly confidence: 'likely' | 'possible';
}

export interface PatternOptions {
  /** Sequential calls of one shape below one parent that make an N+1. Default 5. */
  readonly minRepeats: number;
  /** Patterns that save less than this share of the trace's duration are left out where saving is the point. Default 0.05. */
  readonly minSavingShare: number;
  /** Calls between two services in one trace that make them chatty. Default 20. */
  readonly minChattyCalls: number;
  /** Median duration from which a repeated query is slow. Default 100 ms. */
  readonly slowQueryNano: number;
  /** Distinct names or keys of one template that make it high-cardinality. Default 10. */
  readonly minDistinctNames: number;
  /** Length from which an attribute's text or bytes is a payload. Default 4,096. */
  readonly maxAttributeLength: number;
  /** Default 20. */
  readonly maxPatternsPerKind: number;
  /** Default 20. */
  readonly maxEvidence: number;
}

export const DEFAULT_PATTERN_OPTIONS: PatternOptions = {
  minRepeats: 5,
  minSavingShare: 0.05,
  minChattyCalls: 20,
  slowQueryNano: 100_000_000,
  minDistinctNames: 10,
  maxAttributeLength: 4_096,
  maxPatternsPerKind: 20,
  maxEvidence: 20,
};

/** What every detector sees. */
export interface PatternContext {
  readonly facts: TraceFacts;
  readonly path: CriticalPath;
  readonly shapes: SpanShapes;
  /** Nanoseconds of the critical path within the row's subtree, gaps not counted. */
  readonly subtreeCritical: (row: number) => number;
  readonly ownPathTime: OwnPathTime;
  readonly options: PatternOptions;
}

export type PatternDetector = (context: PatternContext) => readonly Pattern[];

const MAX_NAME_LENGTH = 100;

/** `service operation` for summaries. */
export function labelOf({ facts }: Pick<PatternContext, 'facts'>, row: number): string {
  const { trace, service, services } = facts;
  const name = trace.spans[row]?.name ?? '';
  const shown = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
  return `${services[service[row] ?? 0] ?? ''} ${shown}`;
}

/** The same of a call, with whom it reached: many clients name every call alike. */
export function callLabelOf(context: Pick<PatternContext, 'facts'>, row: number): string {
  const callee = remoteChildOf(context.facts, row);
  return callee < 0 ? labelOf(context, row) : `${labelOf(context, row)} → ${labelOf(context, callee)}`;
}

/** What is saved if of several calls only the dearest were left. */
export function allButDearest({ subtreeCritical }: PatternContext, rows: readonly number[]): number {
  let sum = 0;
  let dearest = 0;
  for (const row of rows) {
    const critical = subtreeCritical(row);
    sum += critical;
    dearest = Math.max(dearest, critical);
  }
  return sum - dearest;
}
