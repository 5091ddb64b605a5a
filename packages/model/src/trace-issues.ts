import type { DistinctSpans } from './distinct-spans.ts';
import { durationNano, type Span } from './span.ts';
import type { Trace, TraceIssue } from './trace.ts';

/** What assembly knows when it asks what is wrong. */
export interface AssembledTree extends Pick<Trace, 'parent' | 'roots'> {
  readonly distinct: DistinctSpans;
  /** By row: the position among the distinct spans. */
  readonly positionOf: Uint32Array;
  /** Positions above which a cycle was cut. */
  readonly cut: ReadonlySet<number>;
}

/** Those of the whole trace first, then by row. */
export function traceIssues({ distinct, positionOf, parent, roots, cut }: AssembledTree): readonly TraceIssue[] {
  const { spans, startOffsetNano, endOffsetNano, exact } = distinct;
  const issues: TraceIssue[] = [];
  const trueRoots = roots.filter((row) => spans[positionOf[row] ?? 0]?.parentSpanId === '');
  if (spans.length > 0 && trueRoots.length === 0) issues.push({ kind: 'no_root' });
  if (trueRoots.length > 1) issues.push({ kind: 'multiple_roots', rows: trueRoots });

  for (const [row, position] of positionOf.entries()) {
    const span = spans[position];
    if (span === undefined) break;
    if (cut.has(position)) issues.push({ kind: 'cycle', row });
    const parentRow = parent[row] ?? -1;
    if (parentRow === -1) {
      if (span.parentSpanId !== '' && !cut.has(position)) {
        issues.push({ kind: 'missing_parent', row, parentSpanId: span.parentSpanId });
      }
    } else {
      const parentPosition = positionOf[parentRow] ?? 0;
      const parentSpan = spans[parentPosition];
      // Doubles rule out nearly all spans before a bigint is touched.
      const mayBeOutside =
        !exact ||
        (startOffsetNano[position] ?? 0) < (startOffsetNano[parentPosition] ?? 0) ||
        (endOffsetNano[position] ?? 0) > (endOffsetNano[parentPosition] ?? 0);
      if (parentSpan !== undefined && mayBeOutside) {
        const before = parentSpan.startTimeUnixNano - span.startTimeUnixNano;
        if (before > 0n) issues.push({ kind: 'starts_before_parent', row, byNano: before });
        const after = effectiveEnd(span) - effectiveEnd(parentSpan);
        if (after > 0n) issues.push({ kind: 'ends_after_parent', row, byNano: after });
      }
    }
    if (distinct.conflicting[position] === 1) {
      issues.push({ kind: 'conflicting_duplicate', row, spanId: span.spanId });
    }
    if (span.endTimeUnixNano < span.startTimeUnixNano) issues.push({ kind: 'negative_duration', row });
  }
  return issues;
}

function effectiveEnd(span: Span): bigint {
  return span.startTimeUnixNano + durationNano(span);
}
