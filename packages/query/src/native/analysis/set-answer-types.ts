import type { CompletenessAnswer, TimesAnswer, TraceSummaryAnswer } from '../answer-types.ts';

/**
 * The answers about many traces. Durations are nanoseconds, counts sums of weights. Each `query` (or `..._query`) is the
 * TraceQL that, within the window, lists the traces which the number beside it is made of.
 */

/** What an answer is about. */
export interface AnalysisWindowAnswer extends TimesAnswer {
  /** `request`: as asked; otherwise the default: the last hour, or that of the data where nothing is newer. */
  readonly chosen: 'request' | 'last_hour' | 'last_hour_of_data';
}

export interface DurationsAnswer {
  readonly min_nano: number;
  readonly max_nano: number;
  readonly avg_nano: number;
  readonly p50_nano: number;
  readonly p75_nano: number;
  readonly p90_nano: number;
  readonly p95_nano: number;
  readonly p99_nano: number;
  readonly p999_nano: number;
}

export interface RequestStatisticsAnswer {
  readonly request_count: number;
  readonly error_count: number;
  /** 0 to 1; 0 without requests. */
  readonly error_rate: number;
  readonly requests_per_second: number;
  /** Null without requests. */
  readonly durations: DurationsAnswer | null;
}

export interface OperationPerformanceAnswer extends RequestStatisticsAnswer {
  readonly operation: string;
  readonly query: string;
  readonly error_query: string;
}

export interface PerformancePointAnswer extends RequestStatisticsAnswer {
  /** Seconds since the epoch, and exactly. */
  readonly start_time: number;
  readonly start_time_unix_nano: string;
}

export interface HealthAnswer {
  /** 0 to 100: 100 less the deductions. */
  readonly score: number;
  readonly deductions: {
    readonly error_rate: number;
    readonly p95: number;
    readonly slow_traces: number;
    readonly error_traces: number;
  };
  readonly p95_objective_nano: number;
}

/** What a service's health is made of. */
export interface ServiceHealthAnswer extends RequestStatisticsAnswer {
  readonly service: string;
  /** Null without requests. */
  readonly health: HealthAnswer | null;
  readonly query: string;
  readonly error_query: string;
  /** Traces, unweighted: with a span of the service, ... */
  readonly trace_count: number;
  readonly trace_query: string;
  /** ... with a span of it that failed, ... */
  readonly error_trace_count: number;
  readonly error_trace_query: string;
  /** ... and with a request above `slow_above_nano`. */
  readonly slow_trace_count: number;
  readonly slow_trace_query: string;
  readonly slow_above_nano: number;
}

export interface ServiceHealthsAnswer extends CompletenessAnswer {
  readonly window: AnalysisWindowAnswer;
  /** With requests in the window. */
  readonly service_count: number;
  /** Most requests first. */
  readonly services: readonly ServiceHealthAnswer[];
}

export interface PerformanceAnswer extends ServiceHealthAnswer, CompletenessAnswer {
  /** Null: of all operations. */
  readonly operation: string | null;
  readonly window: AnalysisWindowAnswer;
  /** When it was answered; seconds since the epoch. */
  readonly generated_time: number;
  /** Most requests first. */
  readonly operations: readonly OperationPerformanceAnswer[];
  readonly step_seconds: number;
  /** By time; steps without requests are left out. */
  readonly points: readonly PerformancePointAnswer[];
  /** At most ten each: the longest traces among the slow ones, and the newest with errors. */
  readonly slow_traces: readonly TraceSummaryAnswer[];
  readonly error_traces: readonly TraceSummaryAnswer[];
}

export interface SlowTracesAnswer extends CompletenessAnswer {
  readonly window: AnalysisWindowAnswer;
  readonly slow_above_nano: number;
  /** Which percentile of the requests the threshold is; null where it was given or is the default. */
  readonly percentile: number | null;
  readonly query: string;
  /** Longest first. */
  readonly traces: readonly TraceSummaryAnswer[];
}

export interface ErrorSampleAnswer {
  readonly trace_id: string;
  readonly span_id: string;
  readonly message: string;
}

export interface ErrorGroupAnswer {
  /** The same wherever the same error is seen. */
  readonly fingerprint: string;
  readonly service: string;
  /** What varies from error to error stands as `?` in both. */
  readonly operation: string;
  readonly message: string;
  readonly type: string;
  readonly count: number;
  readonly first_time: number;
  readonly last_time: number;
  /** The newest. */
  readonly samples: readonly ErrorSampleAnswer[];
  readonly query: string;
}

export interface ErrorsAnswer extends CompletenessAnswer {
  readonly window: AnalysisWindowAnswer;
  /** Of the error spans that were read. */
  readonly error_count: number;
  readonly query: string;
  /** Kinds of errors, also those that are not listed. */
  readonly group_count: number;
  /** Most frequent first. */
  readonly groups: readonly ErrorGroupAnswer[];
}
