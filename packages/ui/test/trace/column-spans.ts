import { hexFromBytes, type Span, type SpanKind, type TraceColumns } from '@throughline/model';
import { decodeResource, decodeScope, decodeSpanDetails } from '@throughline/wire';

/** The spans that columns hold, all of them decoded. */
export function columnSpans(columns: TraceColumns): Span[] {
  return Array.from({ length: columns.spanCount }, (_, row) => {
    const startTimeUnixNano = columns.startTimeUnixNano + BigInt(columns.startOffsetNano[row] ?? 0);
    const parentSpanId = hexFromBytes(columns.parentSpanId, row * 8, 8);
    return {
      traceId: columns.traceId,
      spanId: hexFromBytes(columns.spanId, row * 8, 8),
      parentSpanId: /^0+$/.test(parentSpanId) ? '' : parentSpanId,
      name: columns.strings[columns.name[row] ?? 0] ?? '',
      // The column holds what was a kind before.
      kind: (columns.kind[row] ?? 0) as SpanKind,
      startTimeUnixNano,
      endTimeUnixNano: startTimeUnixNano + BigInt(columns.durationNano[row] ?? 0),
      ...decodeSpanDetails(columns, row),
      resource: decodeResource(columns, columns.resource[row] ?? 0),
      scope: decodeScope(columns, columns.scope[row] ?? 0),
      weight: 1,
    };
  });
}
