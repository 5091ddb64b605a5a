import { assembleTrace, isErrorSpan, serviceName, type Span } from '@throughline/model';
import type { TraceSummary } from '../span-store.ts';

/** The summary of a trace's stored spans (at least one), copies included. */
export function summarizeTrace(traceId: string, stored: readonly Span[]): TraceSummary {
  const { spans, startTimeUnixNano, endTimeUnixNano } = assembleTrace(stored);
  const root = rootOf(spans);
  return {
    traceId,
    rootService: root === undefined ? '' : serviceName(root.resource),
    rootOperation: root?.name ?? '',
    services: [...new Set(spans.map(({ resource }) => serviceName(resource)))].sort(),
    operations: [...new Set(spans.map(({ name }) => name))].sort(),
    startTimeUnixNano,
    endTimeUnixNano,
    spanCount: spans.length,
    errorCount: spans.reduce((count, span) => count + (isErrorSpan(span) ? 1 : 0), 0),
  };
}

/** The earliest span without a parent, else the earliest span; of equally early ones that with the smallest id. */
function rootOf(spans: readonly Span[]): Span | undefined {
  let root: Span | undefined;
  for (const span of spans) if (root === undefined || isBefore(span, root)) root = span;
  return root;
}

function isBefore(a: Span, b: Span): boolean {
  const aHasParent = a.parentSpanId !== '';
  if (aHasParent !== (b.parentSpanId !== '')) return !aHasParent;
  if (a.startTimeUnixNano !== b.startTimeUnixNano) return a.startTimeUnixNano < b.startTimeUnixNano;
  return a.spanId < b.spanId;
}
