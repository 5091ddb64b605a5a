import { SpanIssue, type Trace, type TraceColumns } from '@throughline/model';

import { sourceOfTrace } from './column-source.ts';
import { TraceColumnsBuilder, type TraceColumnsOptions } from './trace-columns-builder.ts';

/**
 * An assembled trace as columns.
 *
 * @throws CodedError `value_too_deep` as `encodeSpanMessage` does.
 */
export function buildTraceColumns(trace: Trace, options: TraceColumnsOptions = {}): TraceColumns {
  const builder = new TraceColumnsBuilder({ ...trace, issues: issueBits(trace) }, sourceOfTrace(trace), options);
  builder.readRows(trace.spans.length);
  return { ...builder.columns(), detailBlocks: [...builder.details()] };
}

const ISSUE_BIT = {
  missing_parent: SpanIssue.MISSING_PARENT,
  cycle: SpanIssue.CYCLE,
  conflicting_duplicate: SpanIssue.CONFLICTING_DUPLICATE,
  starts_before_parent: SpanIssue.STARTS_BEFORE_PARENT,
  ends_after_parent: SpanIssue.ENDS_AFTER_PARENT,
  negative_duration: SpanIssue.NEGATIVE_DURATION,
} as const;

function issueBits(trace: Trace): Uint8Array {
  const bits = new Uint8Array(trace.spans.length);
  for (const issue of trace.issues) {
    // Those of the whole trace can be told from the roots.
    if (issue.kind === 'no_root' || issue.kind === 'multiple_roots') continue;
    bits[issue.row] = (bits[issue.row] ?? 0) | ISSUE_BIT[issue.kind];
  }
  return bits;
}
