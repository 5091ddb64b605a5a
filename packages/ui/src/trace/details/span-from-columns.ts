import { hexFromBytes, type Span, SpanKind, type TraceColumns } from '@throughline/model';

import type { DetailsReader } from '../span-details.ts';

const NO_PARENT = '0'.repeat(16);

/** A row of the columns as the span it was made from. Its weight is not part of the columns. */
export function spanOfRow(columns: TraceColumns, details: DetailsReader, row: number): Span {
  const parentSpanId = hexFromBytes(columns.parentSpanId, row * 8, 8);
  const startTimeUnixNano = columns.startTimeUnixNano + BigInt(Math.round(columns.startOffsetNano[row] ?? 0));
  return {
    ...details.span(row),
    traceId: columns.traceId,
    spanId: hexFromBytes(columns.spanId, row * 8, 8),
    parentSpanId: parentSpanId === NO_PARENT ? '' : parentSpanId,
    name: columns.strings[columns.name[row] ?? 0] ?? '',
    kind: kindOf(columns.kind[row]),
    startTimeUnixNano,
    endTimeUnixNano: startTimeUnixNano + BigInt(Math.round(columns.durationNano[row] ?? 0)),
    resource: details.resource(columns.resource[row] ?? 0),
    scope: details.scope(columns.scope[row] ?? 0),
    weight: 1,
  };
}

const KINDS: readonly SpanKind[] = Object.values(SpanKind);

function kindOf(code: number | undefined): SpanKind {
  return KINDS.find((kind) => kind === code) ?? SpanKind.UNSPECIFIED;
}
