import type {
  AnalysisWindowAnswer,
  ChangesAnswer,
  CriticalPathProfileAnswer,
  DependencyEdgeAnswer,
  ErrorGroupAnswer,
  FeatureLiftAnswer,
  PerformanceAnswer,
  Reason,
  RootCauseAnswer,
  SlowTracesAnswer,
  TraceColumns,
} from '@throughline/query/client';

/**
 * What `throughline report --json` prints. Durations are nanoseconds, times seconds since the epoch. Each `query` is the
 * TraceQL that lists, within the window, the traces which the number beside it is made of; each `url` opens it on the
 * server's screen.
 */
export interface Report {
  readonly generated_time: number;
  readonly server: string;
  /** Null: the default one. */
  readonly tenant: string | null;
  readonly window: AnalysisWindowAnswer;
  /** Traces of the window, unweighted. Null where they were not counted. */
  readonly trace_count: number | null;
  /** The answer in a sentence: who, and when. */
  readonly verdict: string;
  /** What else to know first, a sentence each. */
  readonly summary: readonly string[];
  /** The most probable cause first. */
  readonly suspects: readonly Suspect[];
  /** New ones first, then the most frequent. */
  readonly errors: readonly ErrorFinding[];
  /** Of the services that requests come in by: which callee owns the latency. */
  readonly critical_path: readonly CriticalPathProfileAnswer[];
  /** In the order of {@link suspects}, then the least healthy first. */
  readonly services: readonly PerformanceAnswer[];
  readonly omitted_services: readonly string[];
  readonly dependencies: readonly DependencyEdgeAnswer[];
  /** The longest traces of the window. */
  readonly slow: SlowTracesAnswer | null;
  readonly root_causes: RootCauseAnswer | null;
  readonly changes: ChangesAnswer | null;
  readonly complete: boolean;
  /** What is missing, and why. */
  readonly reasons: readonly Reason[];
}

/** How sure: from 0.5, from 0.25, and below. */
export type Strength = 'strong' | 'moderate' | 'weak';

export interface Suspect {
  readonly service: string;
  /** 0 to 1: 1 less the product of (1 - weight) over the evidence. */
  readonly score: number;
  readonly strength: Strength;
  /** The strongest evidence in plain words. */
  readonly headline: string;
  readonly evidence: readonly Evidence[];
  /** When the evidence shows; null where it does not say. */
  readonly trouble: Trouble | null;
  /** Attribute values that the troubled traces have more often than the others. */
  readonly marks: readonly FeatureLiftAnswer[];
  /** A trace that shows the strongest evidence. */
  readonly sample: SpanReference | null;
}

export interface Trouble {
  readonly start_time: number;
  readonly end_time: number;
}

export interface SpanReference {
  readonly trace_id: string;
  readonly span_id: string;
  readonly url: string;
}

export interface Evidence {
  readonly kind: 'root_cause' | 'error' | 'change' | 'slow_callee';
  /** In plain words, the number included. */
  readonly text: string;
  /** 0 to 1. */
  readonly weight: number;
  readonly query: string;
  readonly url: string;
  /** TraceQL of the traces that those of `query` can be compared with; null where all show it. */
  readonly base_query: string | null;
  readonly samples: readonly SpanReference[];
}

export interface ErrorFinding extends ErrorGroupAnswer {
  /** Whether the kind of error was not there before the trouble began. */
  readonly is_new: boolean;
  /** Whether its cases are closer together in time than chance would have them. */
  readonly is_burst: boolean;
  /** The deepest failed span below a sample: where the error started. Null without a sample. */
  readonly origin: { readonly service: string; readonly operation: string; readonly reference: SpanReference } | null;
  readonly url: string;
}

/** A trace to draw. */
export interface DrawnTrace {
  readonly columns: TraceColumns;
  /** The span that it was chosen for. */
  readonly spanId: string;
  readonly url: string;
}
