import type { Span } from './span.ts';

/** What is wrong with, or missing from, a trace. `row` is an index into {@link Trace.spans}. */
export type TraceIssue =
  | { readonly kind: 'missing_parent'; readonly row: number; readonly parentSpanId: string }
  /** Every span has a parent id. */
  | { readonly kind: 'no_root' }
  /** More than one span has no parent id; `rows` are these. */
  | { readonly kind: 'multiple_roots'; readonly rows: readonly number[] }
  /** The span's parents lead back to itself; the cycle was cut above this row. */
  | { readonly kind: 'cycle'; readonly row: number }
  /** Another span of the trace has the same span id but other content. Both are rows and both are reported. */
  | { readonly kind: 'conflicting_duplicate'; readonly row: number; readonly spanId: string }
  /** Ends are effective ends: a span that ends before its start ends at its start. */
  | { readonly kind: 'starts_before_parent' | 'ends_after_parent'; readonly row: number; readonly byNano: bigint }
  | { readonly kind: 'negative_duration'; readonly row: number };

/**
 * An assembled trace: the distinct spans (exact copies count once) in depth-first order, children by start time (then
 * end time, longest first, then span id, then content), with the tree as columns. Assembly never fails: orphans and cut cycles become
 * extra roots, and `issues` says so. The result does not depend on the order in which the spans came.
 */
export interface Trace {
  readonly traceId: string;
  readonly spans: readonly Span[];
  /** Row of the parent, -1 for a root or orphan. Always smaller than the row itself. */
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  /** Row after the last descendant: the subtree of `r` is the rows `[r, subtreeEnd[r])`. */
  readonly subtreeEnd: Uint32Array;
  /** Rows without a parent in the trace, true roots (no parent id) first, then by start time. */
  readonly roots: readonly number[];
  /**
   * Earliest start and latest end of all spans. A span that ends before its start counts as ending at its start, so the
   * end is never before the start.
   */
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  /** Those of the whole trace first, then by row. */
  readonly issues: readonly TraceIssue[];
  /** How many exact copies were left out. */
  readonly copyCount: number;
}
