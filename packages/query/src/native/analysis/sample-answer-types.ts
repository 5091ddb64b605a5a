import type { CompletenessAnswer, DependencyEdgeAnswer, TimesAnswer } from '../answer-types.ts';
import type { AnalysisWindowAnswer, ErrorGroupAnswer } from './set-answer-types.ts';

/** The answers of analyses that read a sample of the traces. Durations are nanoseconds, shares 0 to 1. */

/** How much was read. Traces count once each, whatever their weight. */
export interface SampleAnswer {
  readonly trace_count: number;
  readonly read_trace_count: number;
  readonly read_span_count: number;
}

export interface SpanReferenceAnswer {
  readonly trace_id: string;
  readonly span_id: string;
}

export interface CauseEvidenceAnswer {
  readonly kind: 'slower' | 'failing' | 'work_missing' | 'work_repeated' | 'callee_missing';
  readonly service: string;
  readonly operation: string;
  /** Whom the operation calls; null where it calls nobody. */
  readonly callee: string | null;
  /** What it adds to the score, 0 to 1. */
  readonly weight: number;
  readonly affected_count: number;
  readonly observation_count: number;
  /** Of `slower`: what was usual at most, and by how much the affected exceed it on average. Self time. */
  readonly usual_nano: number;
  readonly excess_nano: number;
  readonly samples: readonly SpanReferenceAnswer[];
  /** Lists the traces of the operation; those of the samples among them show it. */
  readonly query: string;
}

export interface CauseAnswer {
  readonly name: string;
  /** 0 to 1; comparable within one answer. */
  readonly score: number;
  readonly evidence: readonly CauseEvidenceAnswer[];
}

/** An attribute value, operation, edge or error that one set of traces has more often than the other. */
export interface FeatureAnswer {
  readonly kind: 'attribute' | 'operation' | 'edge' | 'error';
  readonly service: string;
  /** Of an attribute. */
  readonly scope?: 'span' | 'resource' | undefined;
  readonly key?: string | undefined;
  readonly value?: string | undefined;
  /** Of an operation and of an error. */
  readonly operation?: string | undefined;
  /** Of an edge. */
  readonly callee?: string | undefined;
}

export interface FeatureLiftAnswer extends FeatureAnswer {
  readonly before_count: number;
  readonly after_count: number;
  readonly before_share: number;
  readonly after_share: number;
  /** `after_share - before_share`. */
  readonly lift: number;
  /** Cohen's h, -pi to pi. */
  readonly effect_size: number;
  readonly adjusted_p_value: number;
  /** Of an attribute: others that are in exactly the same traces, 20 at most. */
  readonly equals: readonly FeatureAnswer[];
  readonly equal_count: number;
  readonly query: string;
}

export interface RootCauseAnswer extends CompletenessAnswer {
  readonly window: AnalysisWindowAnswer;
  readonly sample: SampleAnswer;
  /** Null: none was given, and the window was divided. */
  readonly reference: (TimesAnswer & SampleAnswer) | null;
  /**
   * Where the window was divided, and which part is the reference; `until_time` where the trouble is over before the
   * window is. Null with a reference, or without a cause.
   */
  readonly split: {
    readonly time: number;
    readonly until_time: number | null;
    readonly reference: 'before' | 'after';
  } | null;
  /** The most probable first. */
  readonly services: readonly CauseAnswer[];
  readonly operations: readonly CauseAnswer[];
  /** Pods, service instances, containers or hosts. */
  readonly instances: readonly CauseAnswer[];
  readonly attributes: readonly (FeatureLiftAnswer & { readonly sample_trace_ids: readonly string[] })[];
}

export interface OperationChangeAnswer {
  readonly kind: 'slower' | 'faster' | 'failing' | 'recovered';
  readonly service: string;
  readonly operation: string;
  /** Since when; seconds since the epoch, a whole minute. */
  readonly since_time: number;
  /** Until when; null where it lasts. */
  readonly until_time: number | null;
  /** Levels: p95 in nanoseconds of slower and faster ones, error rates of the others. */
  readonly before: number;
  readonly after: number;
  readonly before_count: number;
  readonly after_count: number;
  /** How far apart the levels are, in standard errors. */
  readonly significance: number;
  readonly query: string;
}

export interface NewEdgeAnswer {
  readonly parent: string;
  readonly child: string;
  readonly call_count: number;
  readonly query: string;
}

export interface ChangesAnswer extends CompletenessAnswer {
  readonly window: AnalysisWindowAnswer;
  /** What the window is held against: by default as much time before it. */
  readonly reference: TimesAnswer;
  /** Most significant first. */
  readonly operations: readonly OperationChangeAnswer[];
  /** What appeared or became more frequent is told from before to after this. */
  readonly split: {
    readonly time: number;
    /** The most significant change of an operation, else where the window begins, else the middle of the data. */
    readonly chosen: 'operation_change' | 'window_start' | 'middle_of_data';
    readonly before: SampleAnswer;
    readonly after: SampleAnswer;
  };
  /** Attribute values, operations, edges and errors that are more or less frequent after the split; largest effects first. */
  readonly features: readonly FeatureLiftAnswer[];
  /** Not seen before the split: exactly, from all spans. */
  readonly new_services: readonly string[];
  readonly new_edges: readonly NewEdgeAnswer[];
  readonly new_errors: readonly ErrorGroupAnswer[];
}

export interface ComponentChangeAnswer {
  readonly service: string;
  readonly operation: string;
  readonly a_count: number;
  readonly b_count: number;
  /** On the critical path a trace, on average; traces without it count as 0. */
  readonly a_mean_nano: number;
  readonly b_mean_nano: number;
  readonly delta_mean_nano: number;
  /** Cliff's delta: -1 (faster in all) to 1 (slower in all). */
  readonly effect_size: number;
  readonly adjusted_p_value: number;
  readonly query: string;
}

export interface SetComparisonAnswer extends CompletenessAnswer {
  readonly a: TimesAnswer & SampleAnswer & { readonly query: string };
  readonly b: TimesAnswer & SampleAnswer & { readonly query: string };
  readonly delta_mean_duration_nano: number;
  /** `before` is a, `after` is b. */
  readonly attributes: readonly FeatureLiftAnswer[];
  readonly structure: readonly FeatureLiftAnswer[];
  readonly components: readonly ComponentChangeAnswer[];
  readonly tested_feature_count: number;
  /** Attributes with too many values to compare. */
  readonly high_cardinality_keys: readonly string[];
}

export interface PathTimesAnswer {
  readonly mean_nano: number;
  /** Around the median. */
  readonly p50_nano: number;
  /** Among the slowest percent. */
  readonly p99_nano: number;
}

export interface CriticalPathProfileAnswer extends CompletenessAnswer {
  readonly service: string;
  readonly operation: string | null;
  readonly window: AnalysisWindowAnswer;
  readonly sample: SampleAnswer;
  readonly query: string;
  readonly request_count: number;
  /** Requests from the 40th to the 60th percentile, and those from the 99th on. */
  readonly p50_request_count: number;
  readonly p99_request_count: number;
  readonly duration: PathTimesAnswer;
  /** With `gap` each column sums to the one of `duration`. Most time among the slowest first. */
  readonly components: readonly (PathTimesAnswer & {
    readonly service: string;
    readonly operation: string;
    readonly request_count: number;
    readonly query: string;
  })[];
  readonly gap: PathTimesAnswer;
  readonly slowest: readonly (SpanReferenceAnswer & { readonly duration_nano: number })[];
}

export interface ClockSkewAnswer extends CompletenessAnswer {
  readonly window: AnalysisWindowAnswer;
  readonly sample: SampleAnswer;
  /** When the offsets hold; seconds since the epoch. */
  readonly time: number;
  /** The largest offsets first. */
  readonly hosts: readonly {
    readonly host: string;
    /** The host whose clock it is held against. */
    readonly reference: string;
    /** What to add to the host's instants to get the reference's. */
    readonly offset_nano: number;
    readonly error_nano: number;
    readonly drift_nano_per_second: number;
    /** TraceQL of the host's spans. */
    readonly query: string;
  }[];
  /** What to add to the second's instants to get the first's, by the calls between both. */
  readonly pairs: readonly {
    readonly first: string;
    readonly second: string;
    readonly call_count: number;
    readonly offset_nano: number;
    readonly error_nano: number;
    readonly drift_nano_per_second: number;
    /** Share of the calls that contradict it. */
    readonly violated_share: number;
  }[];
}

/** How a call went and what it asked for; of the sample, the most frequent first. */
export interface CallDetailsAnswer {
  readonly transports: readonly ('http' | 'rpc' | 'database' | 'messaging' | 'unknown')[];
  /** At most ten. */
  readonly operations: readonly string[];
}

/** Calls to something that has no spans of its own, as the caller saw them. All of the sample. */
export interface PeerEdgeAnswer extends CallDetailsAnswer {
  readonly parent: string;
  readonly peer: string;
  readonly kind: 'service' | 'database' | 'queue' | 'external';
  readonly sampled_call_count: number;
  readonly error_rate: number;
  readonly duration_avg_ms: number;
  readonly duration_p50_ms: number;
  readonly duration_p95_ms: number;
  readonly duration_p99_ms: number;
  /** Of the most frequent of its operations. */
  readonly query: string;
}

export interface ServiceGraphAnswer extends CompletenessAnswer {
  readonly window: AnalysisWindowAnswer;
  readonly sample: SampleAnswer;
  /** From all spans, but for the details. */
  readonly edges: readonly (DependencyEdgeAnswer & CallDetailsAnswer & { readonly query: string })[];
  readonly peers: readonly PeerEdgeAnswer[];
}
