import { CodedError, hexFromBytes, normalizeSpanId, SpanKind, type TraceColumns } from '@throughline/model';
import { type Answer, id, ms, own, type Row } from './answer.ts';

/** Spans of a trace as rows of an answer. */

const SPAN_ID_BYTES = 8;
const KIND_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(SpanKind).map(([name, kind]) => [kind, name.toLowerCase()]),
);

export function spanIdAt(columns: TraceColumns, row: number): string {
  return hexFromBytes(columns.spanId, row * SPAN_ID_BYTES, SPAN_ID_BYTES);
}

/**
 * The first row with the span id.
 *
 * @throws CodedError `span_not_found`
 */
export function rowOfSpan(columns: TraceColumns, written: string): number {
  const spanId = normalizeSpanId(written);
  for (let row = 0; row < columns.spanCount; row++) if (spanIdAt(columns, row) === spanId) return row;
  throw new CodedError('span_not_found', `The trace has no span ${JSON.stringify(written)}`);
}

export function serviceAt(columns: TraceColumns, row: number): string {
  return columns.strings[columns.service[row] ?? 0] ?? '';
}

export function operationAt(columns: TraceColumns, row: number): string {
  return columns.strings[columns.name[row] ?? 0] ?? '';
}

/** Why a trace may be incomplete, of the codes that come with its columns. */
export function columnReasons(codes: readonly string[]): Answer['reasons'] {
  return codes.map((code) => ({ code, message: 'diagnose_trace says more' }));
}

export function spanRow(columns: TraceColumns, row: number): Row {
  const parent = columns.parent[row] ?? -1;
  return {
    depth: columns.depth[row],
    span_id: id(spanIdAt(columns, row)),
    parent_span_id: parent === -1 ? undefined : id(spanIdAt(columns, parent)),
    service: serviceAt(columns, row),
    operation: operationAt(columns, row),
    kind: own(KIND_NAMES.get(columns.kind[row] ?? 0) ?? 'unspecified'),
    start_offset_ms: ms(columns.startOffsetNano[row] ?? 0),
    duration_ms: ms(columns.durationNano[row] ?? 0),
    error: columns.error[row] === 1 ? true : undefined,
  };
}
