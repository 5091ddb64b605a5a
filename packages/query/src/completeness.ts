/** Why an answer may lack something. The code is stable, the message is for people. */
export interface IncompletenessReason {
  readonly code:
    /** The query's time was up; the cursor continues where it stopped. */
    | 'query_timeout'
    /** As many traces were read and checked as one search may; the cursor continues where it stopped. */
    | 'candidate_limit'
    /** A trace has more stored spans than are read of one trace. */
    | 'trace_truncated'
    /**
     * The attributes, events and links of a trace's last spans are left out, because those of all are too large. Said by
     * the client, which learns it at the end of the answer.
     */
    | 'details_left_out'
    /** The answer holds as many spans as one answer may. */
    | 'answer_span_limit'
    /** More traces match than the answer's format can page through. */
    | 'search_limit'
    /** Only the newest spans of the window were read for attributes. */
    | 'attribute_scan_limit'
    /** More attributes or values were found than the answer may hold. */
    | 'attribute_limit'
    /** A list of an analysis has more entries than the answer may hold. */
    | 'analysis_limit'
    /** No operation was called in enough minutes, or often enough, to tell whether it changed. */
    | 'too_few_calls'
    /** Only the newest error spans of the window were read. */
    | 'error_scan_limit'
    /** Only a sample of the traces of the window was read. */
    | 'trace_sample'
    /** Only the newest traces that match were counted. */
    | 'count_limit'
    /** More spans link to the trace than the answer may hold. */
    | 'link_limit'
    /** The store has given up older spans to stay within its bounds. */
    | 'spans_evicted'
    /** Spans name parents that are not stored. */
    | 'missing_parents'
    /** No span of the trace is without a parent: its beginning is not stored. */
    | 'missing_root';
  readonly message: string;
}

/** Whether an answer is all there is, and if not why. */
export interface Completeness {
  readonly complete: boolean;
  /** Empty exactly when `complete`. */
  readonly reasons: readonly IncompletenessReason[];
}
