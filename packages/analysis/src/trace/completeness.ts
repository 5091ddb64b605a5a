import { SpanKind, UNKNOWN_SERVICE } from '@throughline/model';
import { childrenOf, type TraceFacts } from './trace-facts.ts';

/** What a trace misses, as far as its spans tell. Counts are of spans unless they say otherwise. */
export interface TraceCompleteness {
  /** Nothing that follows from the tree is missing: one root, no orphans, no cycles, no conflicting copies. */
  readonly complete: boolean;
  readonly rootCount: number;
  readonly orphanCount: number;
  /** Distinct span ids that are named as parents but are not there. */
  readonly missingParentCount: number;
  readonly cycleCount: number;
  readonly conflictingCount: number;
  /** Children that begin before or end after their parents: other clocks, or nobody waited for them. */
  readonly outsideParentCount: number;
  readonly negativeDurationCount: number;
  readonly unknownServiceCount: number;
  /** Client spans without a child in another service: the callee is not instrumented, or its spans are missing. */
  readonly clientWithoutServerCount: number;
  /** Spans that lost attributes, events or links to limits of the SDK. */
  readonly truncatedCount: number;
  readonly copyCount: number;
}

/** O(n). An empty trace is not complete. */
export function traceCompleteness(facts: TraceFacts): TraceCompleteness {
  const { trace, service, services } = facts;
  const counts = { cycle: 0, conflicting_duplicate: 0, negative_duration: 0, missing_parent: 0 };
  const missingParents = new Set<string>();
  const outside = new Set<number>();
  for (const issue of trace.issues) {
    if (issue.kind === 'starts_before_parent' || issue.kind === 'ends_after_parent') outside.add(issue.row);
    else if (issue.kind !== 'no_root' && issue.kind !== 'multiple_roots') counts[issue.kind]++;
    if (issue.kind === 'missing_parent') missingParents.add(issue.parentSpanId);
  }
  let clientWithoutServerCount = 0;
  let truncatedCount = 0;
  let unknownServiceCount = 0;
  for (const [row, span] of trace.spans.entries()) {
    if (services[service[row] ?? 0] === UNKNOWN_SERVICE) unknownServiceCount++;
    if (span.droppedAttributesCount + span.droppedEventsCount + span.droppedLinksCount > 0) truncatedCount++;
    if (span.kind !== SpanKind.CLIENT) continue;
    if (!childrenOf(facts, row).some((child) => service[child] !== service[row])) clientWithoutServerCount++;
  }
  const rootCount = trace.roots.filter((row) => trace.spans[row]?.parentSpanId === '').length;
  return {
    complete:
      rootCount === 1 && counts.missing_parent === 0 && counts.cycle === 0 && counts.conflicting_duplicate === 0,
    rootCount,
    orphanCount: counts.missing_parent,
    missingParentCount: missingParents.size,
    cycleCount: counts.cycle,
    conflictingCount: counts.conflicting_duplicate,
    outsideParentCount: outside.size,
    negativeDurationCount: counts.negative_duration,
    unknownServiceCount,
    clientWithoutServerCount,
    truncatedCount,
    copyCount: trace.copyCount,
  };
}
