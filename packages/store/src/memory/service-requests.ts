import { durationNano, isErrorSpan, serviceName, type Span, type Trace } from '@throughline/model';
import { noRequests, requestStatistics } from '../requests/request-statistics.ts';
import type { RequestFilter, ServiceRequests } from '../span-store.ts';

/** What the service was asked to do in the traces. */
export function serviceRequests(traces: Iterable<Trace>, filter: RequestFilter): ServiceRequests {
  const { window, service, operation, stepNano, slowNano } = filter;
  const requests: Span[] = [];
  const byOperation = new Map<string, Span[]>();
  const byStep = new Map<bigint, Span[]>();
  const tracesWith = { any: new Set<string>(), error: new Set<string>(), slow: new Set<string>() };
  for (const { traceId, spans } of traces) {
    const ofService = spans.filter(({ resource }) => serviceName(resource) === service);
    const ids = new Set(ofService.map(({ spanId }) => spanId));
    for (const span of ofService) {
      const { startTimeUnixNano: start } = span;
      if (start < window.fromUnixNano || start >= window.toUnixNano) continue;
      if (operation !== undefined && span.name !== operation) continue;
      tracesWith.any.add(traceId);
      if (isErrorSpan(span)) tracesWith.error.add(traceId);
      if (ids.has(span.parentSpanId)) continue;
      if (durationNano(span) > slowNano) tracesWith.slow.add(traceId);
      requests.push(span);
      addTo(byOperation, span.name, span);
      addTo(byStep, (start / stepNano) * stepNano, span);
    }
  }
  if (tracesWith.any.size === 0) return noRequests();
  return {
    ...requestStatistics(requests),
    operations: [...byOperation]
      .map(([name, spans]) => ({ operation: name, ...requestStatistics(spans) }))
      .sort((a, b) => (a.operation < b.operation ? -1 : 1)),
    points: [...byStep]
      .map(([startTimeUnixNano, spans]) => ({ startTimeUnixNano, ...requestStatistics(spans) }))
      .sort((a, b) => (a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1)),
    traceCount: tracesWith.any.size,
    errorTraceCount: tracesWith.error.size,
    slowTraceCount: tracesWith.slow.size,
  };
}

function addTo<Key>(groups: Map<Key, Span[]>, key: Key, span: Span): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [span]);
  else group.push(span);
}
