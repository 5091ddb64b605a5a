import {
  isErrorSpan,
  secondsFromNanos,
  serviceName,
  type Trace,
  type TraceIssue as ModelTraceIssue,
} from '@throughline/model';
import type { AttributeValueCount, DependencyEdge, TimeWindow, TraceSummary } from '@throughline/store';
import type {
  AttributeValueAnswer,
  DependencyEdgeAnswer,
  TimesAnswer,
  TraceIssueAnswer,
  TraceMetadataAnswer,
  TraceSummaryAnswer,
} from './answer-types.ts';

/** From the model's exact nanoseconds to the native API's float seconds and field names. */

const NANO_PER_MS = 1e6;
const MAX_SPAN_IDS_PER_ISSUE = 100;

export function times(start: bigint, end: bigint): TimesAnswer {
  return {
    start_time: secondsFromNanos(start),
    end_time: secondsFromNanos(end),
    start_time_unix_nano: String(start),
    end_time_unix_nano: String(end),
  };
}

export function summaryAnswer(summary: TraceSummary): TraceSummaryAnswer {
  const { startTimeUnixNano: start, endTimeUnixNano: end } = summary;
  return {
    trace_id: summary.traceId,
    root_service: summary.rootService,
    root_operation: summary.rootOperation,
    services: summary.services,
    operations: summary.operations,
    ...times(start, end),
    duration: secondsFromNanos(end - start),
    span_count: summary.spanCount,
    error_count: summary.errorCount,
  };
}

export function metadataAnswer(trace: Trace): TraceMetadataAnswer {
  const services = new Map<string, { spanCount: number; errorCount: number }>();
  let errorCount = 0;
  for (const span of trace.spans) {
    const name = serviceName(span.resource);
    const service = services.get(name) ?? { spanCount: 0, errorCount: 0 };
    services.set(name, service);
    service.spanCount++;
    if (!isErrorSpan(span)) continue;
    service.errorCount++;
    errorCount++;
  }
  const { startTimeUnixNano: start, endTimeUnixNano: end } = trace;
  const root = trace.spans[trace.roots[0] ?? 0];
  return {
    ...times(start, end),
    duration: secondsFromNanos(end - start),
    root_service: root === undefined ? '' : serviceName(root.resource),
    root_operation: root?.name ?? '',
    services: [...services]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, counts]) => ({ name, span_count: counts.spanCount, error_count: counts.errorCount })),
    span_count: trace.spans.length,
    error_count: errorCount,
    copy_count: trace.copyCount,
    issues: issuesAnswer(trace),
  };
}

function issuesAnswer(trace: Trace): readonly TraceIssueAnswer[] {
  const issues = new Map<ModelTraceIssue['kind'], { code: string; count: number; span_ids: string[] }>();
  for (const issue of trace.issues) {
    const answer = issues.get(issue.kind) ?? { code: issue.kind, count: 0, span_ids: [] };
    issues.set(issue.kind, answer);
    answer.count++;
    const rows = issue.kind === 'multiple_roots' ? issue.rows : issue.kind === 'no_root' ? [] : [issue.row];
    for (const row of rows) {
      const id = trace.spans[row]?.spanId;
      if (id !== undefined && answer.span_ids.length < MAX_SPAN_IDS_PER_ISSUE) answer.span_ids.push(id);
    }
  }
  return [...issues.values()];
}

export function edgeAnswer(edge: DependencyEdge): DependencyEdgeAnswer {
  return {
    parent: edge.parent,
    child: edge.child,
    call_count: edge.callCount,
    error_count: edge.errorCount,
    error_rate: edge.callCount === 0 ? 0 : edge.errorCount / edge.callCount,
    duration_avg_ms: edge.durationAverageNano / NANO_PER_MS,
    duration_p50_ms: edge.durationP50Nano / NANO_PER_MS,
    duration_p95_ms: edge.durationP95Nano / NANO_PER_MS,
    duration_p99_ms: edge.durationP99Nano / NANO_PER_MS,
  };
}

/** As the simple span list writes values: as text what JSON has no exact number for. */
export function attributeValueAnswer({ type, value, count }: AttributeValueCount): AttributeValueAnswer {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return { type, value: Number.isSafeInteger(number) ? number : String(value), count };
  }
  if (Object.is(value, -0)) return { type, value: '-0', count };
  if (typeof value === 'number' && !Number.isFinite(value)) return { type, value: String(value), count };
  return { type, value, count };
}

export function windowAnswer(window: TimeWindow | undefined): TimesAnswer | null {
  return window === undefined ? null : times(window.fromUnixNano, window.toUnixNano);
}
