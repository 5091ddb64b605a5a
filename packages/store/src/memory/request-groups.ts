import { serviceName, type Span, type Trace } from '@throughline/model';
import { compareGroups, type RequestGroup, type RequestGroupScan } from '../requests/request-groups.ts';
import { requestStatistics } from '../requests/request-statistics.ts';

/** The requests in the traces, by group and step. */
export function requestGroups(traces: Iterable<Trace>, scan: RequestGroupScan): readonly RequestGroup[] {
  const { by, service: only, window, stepNano } = scan;
  const groups = new Map<string, { service: string; operation: string | undefined; spans: Span[] }>();
  for (const { spans } of traces) {
    const inService = new Set(spans.map((span) => serviceAndId(serviceName(span.resource), span.spanId)));
    for (const span of spans) {
      const service = serviceName(span.resource);
      const { startTimeUnixNano: start } = span;
      if (start < window.fromUnixNano || start >= window.toUnixNano) continue;
      if ((only !== undefined && service !== only) || inService.has(serviceAndId(service, span.parentSpanId))) continue;
      const operation = by === 'operation' ? span.name : undefined;
      const key = JSON.stringify([service, operation]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { service, operation, spans: [span] });
      else group.spans.push(span);
    }
  }
  return [...groups.values()]
    .map(({ service, operation, spans }) => ({
      service,
      operation,
      ...requestStatistics(spans),
      points: points(spans, stepNano),
    }))
    .sort(compareGroups);
}

function points(spans: readonly Span[], stepNano: bigint): RequestGroup['points'] {
  const bySteps = Map.groupBy(spans, ({ startTimeUnixNano }) => (startTimeUnixNano / stepNano) * stepNano);
  return [...bySteps]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([startTimeUnixNano, ofStep]) => ({ startTimeUnixNano, ...requestStatistics(ofStep) }));
}

function serviceAndId(service: string, spanId: string): string {
  return `${spanId} ${service}`;
}
