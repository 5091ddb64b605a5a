import type { SpanTree } from './assemble-tree.ts';
import { durationNano, type Span } from './span.ts';
import { SpanIssue } from './trace-columns.ts';
import type { Trace, TraceIssue } from './trace.ts';

/** Those of the whole trace first, then by row. */
export function traceIssues({
  spans,
  issues: bits,
  parent,
  roots,
}: Pick<Trace, 'spans'> & Pick<SpanTree, 'issues' | 'parent' | 'roots'>): readonly TraceIssue[] {
  const issues: TraceIssue[] = [];
  const trueRoots = roots.filter((row) => spans[row]?.parentSpanId === '');
  if (spans.length > 0 && trueRoots.length === 0) issues.push({ kind: 'no_root' });
  if (trueRoots.length > 1) issues.push({ kind: 'multiple_roots', rows: trueRoots });

  for (const [row, rowBits] of bits.entries()) {
    const span = spans[row];
    if (rowBits === 0 || span === undefined) continue;
    const has = (bit: number): boolean => (rowBits & bit) !== 0;
    if (has(SpanIssue.CYCLE)) issues.push({ kind: 'cycle', row });
    if (has(SpanIssue.MISSING_PARENT)) {
      issues.push({ kind: 'missing_parent', row, parentSpanId: span.parentSpanId });
    }
    const parentSpan = spans[parent[row] ?? -1];
    if (parentSpan !== undefined && has(SpanIssue.STARTS_BEFORE_PARENT)) {
      const byNano = parentSpan.startTimeUnixNano - span.startTimeUnixNano;
      issues.push({ kind: 'starts_before_parent', row, byNano });
    }
    if (parentSpan !== undefined && has(SpanIssue.ENDS_AFTER_PARENT)) {
      issues.push({ kind: 'ends_after_parent', row, byNano: effectiveEnd(span) - effectiveEnd(parentSpan) });
    }
    if (has(SpanIssue.CONFLICTING_DUPLICATE)) {
      issues.push({ kind: 'conflicting_duplicate', row, spanId: span.spanId });
    }
    if (has(SpanIssue.NEGATIVE_DURATION)) issues.push({ kind: 'negative_duration', row });
  }
  return issues;
}

function effectiveEnd(span: Span): bigint {
  return span.startTimeUnixNano + durationNano(span);
}
