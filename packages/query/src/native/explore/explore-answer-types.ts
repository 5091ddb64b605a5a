import type { AnalysisWindowAnswer, RequestStatisticsAnswer } from '../analysis/set-answer-types.ts';
import type { AttributeValueAnswer, CompletenessAnswer } from '../answer-types.ts';

/**
 * The answers that screens are drawn from. Durations are nanoseconds, counts sums of the weights of distinct spans. Each
 * `query` is the TraceQL that, within the window, lists the traces which the number beside it is made of.
 */

/** Durations from `min_nano` (inclusive) to `max_nano` (exclusive). */
export interface HeatMapRowAnswer {
  readonly min_nano: number;
  readonly max_nano: number;
}

export interface HeatMapCellAnswer {
  /** From 0: the spans that started within `step_seconds` from `first_column_time + column * step_seconds`. */
  readonly column: number;
  /** Index of `rows`. */
  readonly row: number;
  readonly count: number;
  readonly error_count: number;
}

/** The spans that match, by start and duration. */
export interface HeatMapAnswer extends CompletenessAnswer {
  readonly window: AnalysisWindowAnswer;
  /** Whole nanoseconds; columns begin at its multiples since the epoch. Spans outside the window are not counted. */
  readonly step_seconds: number;
  /** Start of column 0: at or before the window's start. */
  readonly first_column_time: number;
  readonly first_column_time_unix_nano: string;
  readonly column_count: number;
  /** Shortest first, without gaps; empty without spans. */
  readonly rows: readonly HeatMapRowAnswer[];
  /** By column, then row; cells without spans are left out. */
  readonly cells: readonly HeatMapCellAnswer[];
  /** Of all cells. */
  readonly count: number;
  readonly error_count: number;
  /** TraceQL that selects the counted spans. */
  readonly filter: string;
  /**
   * The filter in parts between which a condition on the spans stands, as `heatMapRegion` of the client puts it there.
   * Empty where TraceQL cannot say it: of `{ } && { }` and `{ } &> { }`.
   */
  readonly filter_parts: readonly string[];
}

export interface RedPointAnswer {
  /** Seconds since the epoch, and exactly. */
  readonly start_time: number;
  readonly start_time_unix_nano: string;
  readonly request_count: number;
  readonly error_count: number;
  readonly p50_nano: number;
  readonly p95_nano: number;
  readonly p99_nano: number;
}

export interface RedGroupAnswer extends RequestStatisticsAnswer {
  readonly service: string;
  /** Null by service. */
  readonly operation: string | null;
  readonly query: string;
  readonly error_query: string;
  /** By time; steps without requests are left out. */
  readonly points: readonly RedPointAnswer[];
}

/** Requests, errors and durations. A request is a span whose parent is absent or in another service. */
export interface RedAnswer extends CompletenessAnswer {
  readonly window: AnalysisWindowAnswer;
  readonly step_seconds: number;
  /** Groups, also those that are not listed. */
  readonly group_count: number;
  /** Most requests first. */
  readonly groups: readonly RedGroupAnswer[];
}

export interface FacetValueAnswer {
  /** `status` and `kind` are TraceQL's keywords (`error`, `server`), as text. */
  readonly type: AttributeValueAnswer['type'] | 'status' | 'kind';
  readonly value: AttributeValueAnswer['value'];
  readonly count: number;
  readonly error_count: number;
  /** TraceQL's condition for it, e.g. `span.http.route = "/cart"`, to stand between braces; null of NaN and infinities. */
  readonly condition: string | null;
}

export interface FacetAnswer {
  readonly scope: 'intrinsic' | 'span' | 'resource';
  /** Of the attribute, or of the intrinsic: `name`, `status`, `kind`. */
  readonly name: string;
  /** As TraceQL writes the field, e.g. `span.http.route`, `name`. */
  readonly field: string;
  /** Most frequent first. */
  readonly values: readonly FacetValueAnswer[];
  /** Whether there are further values. */
  readonly more: boolean;
  /** Spans that match and have no (scalar) value of it. */
  readonly missing_count: number;
}

export interface FacetsAnswer extends CompletenessAnswer {
  readonly window: AnalysisWindowAnswer;
  /** Of all spans that match. */
  readonly count: number;
  readonly error_count: number;
  /** TraceQL that selects the counted spans. */
  readonly filter: string;
  /** In the order asked. */
  readonly facets: readonly FacetAnswer[];
}

/** A span elsewhere that links to a span of the trace. */
export interface BackLinkAnswer {
  readonly trace_id: string;
  readonly span_id: string;
  readonly service: string;
  readonly name: string;
  readonly start_time: number;
  readonly start_time_unix_nano: string;
  /** The span of this trace that is linked to. */
  readonly linked_span_id: string;
}

export interface BackLinksAnswer extends CompletenessAnswer {
  readonly trace_id: string;
  /** Newest first. */
  readonly links: readonly BackLinkAnswer[];
  /** Whether there are older ones. */
  readonly more: boolean;
}

export interface DeploymentAnswer {
  /** The resource's `service.version`. */
  readonly version: string;
  /** Start of the first and the last span with it in the window. */
  readonly first_seen: number;
  readonly last_seen: number;
  readonly span_count: number;
  readonly query: string;
}

export interface DeploymentsAnswer extends CompletenessAnswer {
  readonly service: string;
  readonly window: AnalysisWindowAnswer;
  /** By first appearance. */
  readonly deployments: readonly DeploymentAnswer[];
  /** Spans of the service without a version. */
  readonly missing_count: number;
}
