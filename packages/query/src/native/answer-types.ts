import type { SimpleSpanJson } from '@throughline/wire';

/**
 * The native API's answers, field by field as they travel: JSON in snake case, times in float seconds. The server's
 * schemas are checked against these types, and the client answers with them.
 */

export interface Reason {
  /** Stable, e.g. `query_timeout`, `missing_parents`. */
  readonly code: string;
  readonly message: string;
}

/** Whether an answer is all there is; if not, `reasons` says why. */
export interface CompletenessAnswer {
  readonly complete: boolean;
  readonly reasons: readonly Reason[];
}

/** The instants of a start and an end, as floats and exactly, as decimal text. */
export interface TimesAnswer {
  readonly start_time: number;
  readonly end_time: number;
  readonly start_time_unix_nano: string;
  readonly end_time_unix_nano: string;
}

export interface TraceSummaryAnswer extends TimesAnswer {
  readonly trace_id: string;
  readonly root_service: string;
  readonly root_operation: string;
  readonly services: readonly string[];
  readonly operations: readonly string[];
  /** Seconds. */
  readonly duration: number;
  readonly span_count: number;
  readonly error_count: number;
}

/** By name as it was asked for; what no span has is left out. Values are as in the simple span list. */
export type SelectedAttributes = Readonly<Record<string, unknown>>;

export interface SearchAnswer extends CompletenessAnswer {
  readonly traces: readonly (TraceSummaryAnswer & {
    /** Where some were selected and the trace is not too large. */
    readonly attributes?: SelectedAttributes | undefined;
  })[];
  /** Send it with the same parameters for the next page; null at the end. */
  readonly cursor: string | null;
}

/** One kind of defect of a trace, with the first of the spans that have it. */
export interface TraceIssueAnswer {
  readonly code: string;
  readonly count: number;
  readonly span_ids: readonly string[];
}

export interface ServiceCountsAnswer {
  readonly name: string;
  readonly span_count: number;
  readonly error_count: number;
}

export interface TraceMetadataAnswer extends TimesAnswer {
  /** Seconds. */
  readonly duration: number;
  readonly root_service: string;
  readonly root_operation: string;
  /** Sorted by name. */
  readonly services: readonly ServiceCountsAnswer[];
  readonly span_count: number;
  readonly error_count: number;
  /** Exact copies of spans, which count once. */
  readonly copy_count: number;
  readonly issues: readonly TraceIssueAnswer[];
}

export interface TraceAnswer extends CompletenessAnswer {
  readonly trace_id: string;
  /** Depth-first. */
  readonly spans: readonly SimpleSpanJson[];
  readonly metadata: TraceMetadataAnswer;
}

export interface DependencyEdgeAnswer {
  readonly parent: string;
  readonly child: string;
  /** Sums of the weights of the child spans. */
  readonly call_count: number;
  readonly error_count: number;
  readonly error_rate: number;
  /** Of the child spans. */
  readonly duration_avg_ms: number;
  readonly duration_p50_ms: number;
  readonly duration_p95_ms: number;
  readonly duration_p99_ms: number;
}

export interface DependenciesAnswer extends CompletenessAnswer {
  readonly edges: readonly DependencyEdgeAnswer[];
}

export interface AttributeAnswer {
  readonly name: string;
  readonly scope: 'span' | 'resource';
  /** All that its values have. */
  readonly types: readonly ('string' | 'int' | 'double' | 'bool' | 'bytes' | 'array' | 'map')[];
}

export interface AttributesAnswer extends CompletenessAnswer {
  /** Sorted by name. */
  readonly attributes: readonly AttributeAnswer[];
}

export interface AttributeValueAnswer {
  readonly type: 'string' | 'int' | 'double' | 'bool';
  /** An int beyond 2^53 - 1 as decimal text; of doubles `"NaN"`, `"Infinity"`, `"-Infinity"` and `"-0"` as text. */
  readonly value: string | number | boolean;
  /** The sum of the weights of the spans that have it. */
  readonly count: number;
}

export interface AttributeValuesAnswer extends CompletenessAnswer {
  /** Most frequent first. */
  readonly values: readonly AttributeValueAnswer[];
}

/** Spans by why they were not stored. */
export interface ReasonCountAnswer {
  /** Stable, e.g. `overloaded`, `too_large`. */
  readonly reason: string;
  readonly count: number;
}

/** What the collector took in, of all tenants, since the server started. */
export interface IngestionAnswer {
  /** Over the last minute, or since the start if that is shorter. */
  readonly spans_per_second: number;
  readonly spans_received: number;
  /** Acknowledged. */
  readonly spans_stored: number;
  /** Left out of requests whose other spans were stored. */
  readonly rejected: readonly ReasonCountAnswer[];
  /** Of requests that were refused whole; their senders know. */
  readonly refused: readonly ReasonCountAnswer[];
  /** Stored once and given up by the store. */
  readonly dropped: readonly ReasonCountAnswer[];
}

/** One setting in effect. */
export interface SettingAnswer {
  /** As in the configuration file, with dots: `limits.max_body_bytes`. */
  readonly name: string;
  readonly value: string | number | boolean | readonly string[] | null;
}

export interface StatusAnswer {
  readonly version: string;
  readonly tenant: string;
  readonly ready: boolean;
  /** Why it is not ready. */
  readonly reason?: string | undefined;
  readonly storage: {
    readonly engine: string;
    /** The tenant's rows; copies that are not merged yet count. */
    readonly span_rows: number;
    readonly disk_bytes: number;
    readonly memory_bytes: number;
  };
  /** From the earliest to behind the latest start of the tenant's spans; null without data. */
  readonly data_window: TimesAnswer | null;
  readonly counters: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>>;
  /** When the server started, seconds since the epoch; null where the API is mounted without a server around it. */
  readonly started_time: number | null;
  readonly uptime_seconds: number | null;
  readonly ingestion: IngestionAnswer | null;
  /** By name: `throughline`, `node`, and the storage engine's. */
  readonly versions: Readonly<Record<string, string>>;
  /** Addresses that are listened on, by name. */
  readonly listeners: Readonly<Record<string, string>>;
  /** Without secrets. */
  readonly configuration: readonly SettingAnswer[];
}

export interface ErrorAnswer {
  readonly error: {
    /** Stable, lower snake case. */
    readonly code: string;
    readonly message: string;
    /** The parameter that is wrong. */
    readonly parameter?: string | undefined;
    /** What was probably meant. */
    readonly suggestion?: string | undefined;
    /** What is wrong with `q`, e.g. `syntax`, `unknown_name`. */
    readonly reason?: string | undefined;
    /** Where in `q`: the offset counts UTF-16 units from 0, line and column from 1. */
    readonly position?: { readonly offset: number; readonly line: number; readonly column: number } | undefined;
  };
}
