import { assembleTrace, type Resource, type Span, type Trace } from '@throughline/model';
import { decodeResource, decodeScope, decodeSpanDetails, SpanKind, type TraceColumns } from '@throughline/query/client';
import { hexFromBytes } from '@throughline/model';

const NO_ID = '0000000000000000';
const KINDS: ReadonlySet<number> = new Set(Object.values(SpanKind));

/** A trace's columns as spans again, in the same rows: what the analyses read. */
export function traceOfColumns(columns: TraceColumns): Trace {
  const resources = columns.resources.map((_, index): Resource => decodeResource(columns, index));
  const scopes = columns.scopes.map((_, index) => decodeScope(columns, index));
  const spans: Span[] = [];
  for (let row = 0; row < columns.spanCount; row++) {
    const [resource, scope] = [resources[columns.resource[row] ?? 0], scopes[columns.scope[row] ?? 0]];
    if (resource === undefined || scope === undefined) throw new RangeError(`row ${row} has no resource or no scope`);
    const parentSpanId = hexFromBytes(columns.parentSpanId, row * 8, 8);
    const startTimeUnixNano = columns.startTimeUnixNano + BigInt(columns.startOffsetNano[row] ?? 0);
    spans.push({
      ...decodeSpanDetails(columns, row),
      traceId: columns.traceId,
      spanId: hexFromBytes(columns.spanId, row * 8, 8),
      parentSpanId: parentSpanId === NO_ID ? '' : parentSpanId,
      name: columns.strings[columns.name[row] ?? 0] ?? '',
      kind: kindOf(columns.kind[row] ?? 0),
      startTimeUnixNano,
      endTimeUnixNano: startTimeUnixNano + BigInt(columns.durationNano[row] ?? 0),
      resource,
      scope,
      weight: 1,
    });
  }
  return assembleTrace(spans);
}

function kindOf(kind: number): SpanKind {
  // The set holds exactly the kinds there are.
  return KINDS.has(kind) ? (kind as SpanKind) : SpanKind.UNSPECIFIED;
}
