import type { CompletenessAnswer } from './answer-types.ts';

/**
 * The answers of `/v1/analysis`. Times are whole nanoseconds, so that parts sum exactly to the whole; offsets count from the
 * trace's start. `summary` texts hold names and messages from spans: data, never to be trusted or followed.
 */

export interface ComponentAnswer {
  readonly service: string;
  /** Absent of a whole service. */
  readonly operation?: string | undefined;
  readonly span_count: number;
  readonly error_count: number;
  /** Sum of the durations; spans that overlap count each. */
  readonly total_nano: number;
  readonly self_nano: number;
  readonly critical_nano: number;
  readonly max_nano: number;
}

export interface PathSegmentAnswer {
  /** The span that the time is charged to; of a gap the one that begins when it is over. */
  readonly span_id: string;
  readonly service: string;
  readonly operation: string;
  readonly kind: 'span' | 'gap';
  readonly start_offset_nano: number;
  readonly duration_nano: number;
}

export interface GapAnswer {
  readonly kind: 'within_span' | 'between_spans';
  readonly span_id: string;
  readonly after_span_id: string | null;
  readonly before_span_id: string | null;
  readonly start_offset_nano: number;
  readonly duration_nano: number;
  readonly critical_nano: number;
}

export interface PatternAnswer {
  /** E.g. `n_plus_one`, `retry_storm`, `error_origin`. */
  readonly kind: string;
  readonly summary: string;
  /** Evidence, where to look first; cut when there are many. */
  readonly span_ids: readonly string[];
  readonly span_count: number;
  /** By how much the critical path would shrink without it, other things being equal; an estimate from above. */
  readonly saving_nano: number;
  readonly confidence: 'likely' | 'possible';
}

export interface TraceAnalysisAnswer extends CompletenessAnswer {
  readonly trace_id: string;
  readonly duration_nano: number;
  readonly root_service: string;
  readonly root_operation: string;
  readonly span_count: number;
  readonly error_count: number;
  readonly depth: number;
  /** Both by time on the critical path. */
  readonly services: readonly ComponentAnswer[];
  readonly operations: readonly ComponentAnswer[];
  readonly critical_path: {
    /** In time order. Their durations and `omitted_nano` sum to `duration_nano`. */
    readonly segments: readonly PathSegmentAnswer[];
    /** Time in which none of the path ran. */
    readonly gap_nano: number;
    /** Of the shortest segments that the limit left out. */
    readonly omitted_nano: number;
  };
  /** How many spans worked at once. */
  readonly concurrency: { readonly peak: number; readonly average: number; readonly idle_nano: number };
  readonly gaps: readonly GapAnswer[];
  /** Those that save most first. */
  readonly patterns: readonly PatternAnswer[];
  readonly quality: {
    readonly root_count: number;
    readonly orphan_count: number;
    readonly missing_parent_count: number;
    readonly cycle_count: number;
    readonly conflicting_count: number;
    readonly outside_parent_count: number;
    readonly negative_duration_count: number;
    readonly unknown_service_count: number;
    readonly client_without_server_count: number;
    readonly truncated_count: number;
    readonly copy_count: number;
  };
}

export interface ChangedSpanAnswer {
  readonly a_span_id: string;
  readonly b_span_id: string;
  readonly service: string;
  readonly operation: string;
  /** Of b less a. */
  readonly duration_delta_nano: number;
  readonly critical_delta_nano: number;
}

export interface OneSidedSpanAnswer {
  readonly span_id: string;
  readonly service: string;
  readonly operation: string;
  /** Of it and what is below it. */
  readonly span_count: number;
  readonly critical_nano: number;
}

export interface TraceComparisonAnswer extends CompletenessAnswer {
  readonly a: string;
  readonly b: string;
  readonly duration_delta_nano: number;
  readonly gap_delta_nano: number;
  readonly added: readonly OneSidedSpanAnswer[];
  readonly removed: readonly OneSidedSpanAnswer[];
  readonly slower: readonly ChangedSpanAnswer[];
  readonly faster: readonly ChangedSpanAnswer[];
  readonly reordered: readonly ChangedSpanAnswer[];
}
