/** What one query may cost. Every limit that is hit is named in the answer, as an error or a reason. */
export interface QueryLimits {
  /** Traces in a search's answer when the request names no limit. */
  readonly defaultSearchLimit: number;
  /** The largest limit that a request may name. */
  readonly maxSearchLimit: number;
  /** Traces that one search may read and check in memory; the cursor continues behind the last of them. */
  readonly maxCandidates: number;
  /** Spans of one trace that are read, to check it or to return it. */
  readonly maxSpansPerTrace: number;
  /** Spans in one answer that holds whole traces (Jaeger's search). */
  readonly maxSpansPerAnswer: number;
  /** Attributes, or values of one, in an answer when the request names no limit. */
  readonly defaultAttributeLimit: number;
  /** The largest limit of these that a request may name. */
  readonly maxAttributeLimit: number;
  /** Stored spans, the newest, that one request for attributes or their values reads. */
  readonly maxAttributeSpans: number;
  /** Entries of each list in an analysis when the request names no limit. */
  readonly defaultAnalysisLimit: number;
  /** The largest limit of these that a request may name. */
  readonly maxAnalysisLimit: number;
  /** Steps of time in an analysis. */
  readonly maxAnalysisPoints: number;
  /** Error spans, the newest, that one request for errors reads. */
  readonly maxErrorSpans: number;
  /** Traces, and spans of all of them, that an analysis of many traces reads of one window. */
  readonly maxSampledTraces: number;
  readonly maxSampledSpans: number;
  /** Traces that are read to count their spans, where the store cannot count what matches by itself. */
  readonly maxCountedTraces: number;
  /** Time for one request, including everything it asks of the store. */
  readonly queryTimeoutMs: number;
}

export const DEFAULT_QUERY_LIMITS: QueryLimits = {
  defaultSearchLimit: 100,
  maxSearchLimit: 10_000,
  maxCandidates: 20_000,
  maxSpansPerTrace: 250_000,
  maxSpansPerAnswer: 200_000,
  defaultAttributeLimit: 1_000,
  maxAttributeLimit: 10_000,
  maxAttributeSpans: 1_000_000,
  defaultAnalysisLimit: 1_000,
  maxAnalysisLimit: 100_000,
  maxAnalysisPoints: 1_440,
  maxErrorSpans: 20_000,
  maxSampledTraces: 2_500,
  maxSampledSpans: 50_000,
  maxCountedTraces: 5_000,
  queryTimeoutMs: 30_000,
};
