import { analyzeTrace, compareTraces, type ComponentSummary, type PathSegment } from '@throughline/analysis';
import { serviceName, type Trace } from '@throughline/model';
import type { IncompletenessReason } from '../completeness.ts';
import type { TraceAnswer } from '../read-trace.ts';
import type {
  ChangedSpanAnswer,
  ComponentAnswer,
  OneSidedSpanAnswer,
  TraceAnalysisAnswer,
  TraceComparisonAnswer,
} from './analysis-answer-types.ts';

/** Every list of the answer holds at most `limit` entries; a reason says if one was cut. */
export function traceAnalysisAnswerOf({ trace, reasons: missing }: TraceAnswer, limit: number): TraceAnalysisAnswer {
  const { summary, completeness, criticalPath, concurrency, gaps, patterns } = analyzeTrace(trace);
  const cut = cutter(limit);
  const idOf = (row: number): string | null => trace.spans[row]?.spanId ?? null;
  const segments = longest(criticalPath.segments, limit);
  if (segments.length < criticalPath.segments.length) cut.note();
  const shownNano = segments.reduce((sum, { fromNano, toNano }) => sum + toNano - fromNano, 0);
  const services = cut.list(summary.services.map(componentAnswer));
  const operations = cut.list(summary.operations.map(componentAnswer));
  const reasons = [...missing, ...cut.reasons()];
  return {
    trace_id: trace.traceId,
    duration_nano: summary.durationNano,
    root_service: summary.rootService,
    root_operation: summary.rootOperation,
    span_count: summary.spanCount,
    error_count: summary.errorCount,
    depth: summary.depth,
    services,
    operations,
    critical_path: {
      segments: segments.map(({ row, kind, fromNano, toNano }) => ({
        ...spanAnswer(trace, row),
        kind,
        start_offset_nano: fromNano,
        duration_nano: toNano - fromNano,
      })),
      gap_nano: criticalPath.gapNano,
      omitted_nano: criticalPath.totalNano - shownNano,
    },
    concurrency: { peak: concurrency.peak, average: concurrency.average, idle_nano: concurrency.idleNano },
    gaps: gaps.map(({ kind, row, afterRow, beforeRow, fromNano, toNano, criticalNano }) => ({
      kind,
      span_id: idOf(row) ?? '',
      after_span_id: idOf(afterRow),
      before_span_id: idOf(beforeRow),
      start_offset_nano: fromNano,
      duration_nano: toNano - fromNano,
      critical_nano: criticalNano,
    })),
    patterns: patterns.map(({ kind, summary: text, rows, spanCount, savingNano, confidence }) => ({
      kind,
      summary: text,
      span_ids: rows.map((row) => idOf(row) ?? ''),
      span_count: spanCount,
      saving_nano: savingNano,
      confidence,
    })),
    quality: {
      root_count: completeness.rootCount,
      orphan_count: completeness.orphanCount,
      missing_parent_count: completeness.missingParentCount,
      cycle_count: completeness.cycleCount,
      conflicting_count: completeness.conflictingCount,
      outside_parent_count: completeness.outsideParentCount,
      negative_duration_count: completeness.negativeDurationCount,
      unknown_service_count: completeness.unknownServiceCount,
      client_without_server_count: completeness.clientWithoutServerCount,
      truncated_count: completeness.truncatedCount,
      copy_count: completeness.copyCount,
    },
    complete: reasons.length === 0,
    reasons,
  };
}

/** {@link traceAnalysisAnswerOf}'s limit holds here too. */
export function traceComparisonAnswerOf(a: TraceAnswer, b: TraceAnswer, limit: number): TraceComparisonAnswer {
  const diff = compareTraces(a.trace, b.trace);
  const cut = cutter(limit);
  const changed = (change: (typeof diff.slower)[number]): ChangedSpanAnswer => {
    const { span_id: spanId, service, operation } = spanAnswer(b.trace, change.afterRow);
    return {
      a_span_id: a.trace.spans[change.beforeRow]?.spanId ?? '',
      b_span_id: spanId,
      service,
      operation,
      duration_delta_nano: change.durationDeltaNano,
      critical_delta_nano: change.criticalDeltaNano,
    };
  };
  const oneSided = (
    trace: Trace,
    { row, spanCount, criticalNano }: (typeof diff.added)[number],
  ): OneSidedSpanAnswer => ({
    ...spanAnswer(trace, row),
    span_count: spanCount,
    critical_nano: criticalNano,
  });
  const lists = {
    added: cut.list(diff.added).map((each) => oneSided(b.trace, each)),
    removed: cut.list(diff.removed).map((each) => oneSided(a.trace, each)),
    slower: cut.list(diff.slower).map(changed),
    faster: cut.list(diff.faster).map(changed),
    reordered: cut.list(diff.reordered).map(changed),
  };
  const reasons = [...reasonsOfBoth(a, b), ...cut.reasons()];
  return {
    a: a.trace.traceId,
    b: b.trace.traceId,
    duration_delta_nano: diff.durationDeltaNano,
    gap_delta_nano: diff.gapDeltaNano,
    ...lists,
    complete: reasons.length === 0,
    reasons,
  };
}

/** Each says of which trace it speaks. */
function reasonsOfBoth(a: TraceAnswer, b: TraceAnswer): readonly IncompletenessReason[] {
  return [a, b].flatMap(({ trace, reasons }) =>
    reasons.map(({ code, message }) => ({ code, message: `Trace ${trace.traceId}: ${message}` })),
  );
}

function cutter(limit: number): {
  list<Entry>(entries: readonly Entry[]): readonly Entry[];
  note(): void;
  reasons(): readonly IncompletenessReason[];
} {
  let isCut = false;
  return {
    list: (entries) => {
      if (entries.length > limit) isCut = true;
      return entries.slice(0, limit);
    },
    note: () => {
      isCut = true;
    },
    reasons: () =>
      isCut
        ? [
            {
              code: 'analysis_limit',
              message: `A list has more than the ${limit} entries that it may have; ask with a larger limit`,
            },
          ]
        : [],
  };
}

/** The longest segments, in time order. */
function longest(segments: readonly PathSegment[], limit: number): readonly PathSegment[] {
  if (segments.length <= limit) return segments;
  return segments
    .toSorted((a, b) => b.toNano - b.fromNano - (a.toNano - a.fromNano))
    .slice(0, limit)
    .toSorted((a, b) => a.fromNano - b.fromNano);
}

function spanAnswer(
  trace: Trace,
  row: number,
): { readonly span_id: string; readonly service: string; readonly operation: string } {
  const span = trace.spans[row];
  return {
    span_id: span?.spanId ?? '',
    service: span === undefined ? '' : serviceName(span.resource),
    operation: span?.name ?? '',
  };
}

function componentAnswer(component: ComponentSummary): ComponentAnswer {
  const { service, operation, spanCount, errorCount, totalNano, selfNano, criticalNano, maxNano } = component;
  return {
    service,
    ...(operation !== undefined && { operation }),
    span_count: spanCount,
    error_count: errorCount,
    total_nano: totalNano,
    self_nano: selfNano,
    critical_nano: criticalNano,
    max_nano: maxNano,
  };
}
