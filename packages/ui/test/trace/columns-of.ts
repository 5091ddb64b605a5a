import { assembleTrace, type TraceColumns } from '@throughline/model';
import { buildTraceColumns, decodeSimpleSpans } from '@throughline/wire';

export interface TestSpan {
  /** Index of the parent in the list, or undefined for a root. */
  readonly parent?: number | undefined;
  readonly startMs: number;
  readonly durationMs: number;
  readonly name?: string;
  readonly service?: string;
  readonly error?: boolean;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly events?: readonly { readonly name: string; readonly atMs: number }[];
  /** A parent that is not in the list. */
  readonly missingParent?: boolean;
}

const START_MS = 1_700_000_000_000;

/** The id of the span at a place of the list, as `columnsOf` gives it. */
export function testSpanId(index: number): string {
  return (index + 1).toString(16).padStart(16, '0');
}

/** A trace as the server sends it: decoded, assembled, and turned into columns by the real code. */
export function columnsOf(spans: readonly TestSpan[]): TraceColumns {
  const decoded = decodeSimpleSpans(
    spans.map((span, index) => ({
      trace_id: 'abc',
      span_id: testSpanId(index),
      ...(span.parent !== undefined && { parent_span_id: testSpanId(span.parent) }),
      ...(span.missingParent === true && { parent_span_id: 'ffff' }),
      name: span.name ?? `span ${index}`,
      service_name: span.service ?? 'service',
      start_time: isoTime(span.startMs),
      end_time: isoTime(span.startMs + span.durationMs),
      status: span.error === true ? 'ERROR' : 'UNSET',
      attributes: span.attributes ?? {},
      events: (span.events ?? []).map((event) => ({ name: event.name, time: isoTime(event.atMs) })),
    })),
  );
  if (decoded.spans.length !== spans.length) throw new Error(`refused: ${JSON.stringify(decoded.rejected)}`);
  return buildTraceColumns(assembleTrace(decoded.spans));
}

function isoTime(offsetMs: number): string {
  return new Date(START_MS + offsetMs).toISOString();
}

/** Row of the span at a place of the list. */
export function rowOf(columns: TraceColumns, index: number): number {
  for (let row = 0; row < columns.spanCount; row++) {
    const id = Buffer.from(columns.spanId.subarray(row * 8, row * 8 + 8)).toString('hex');
    if (id === testSpanId(index)) return row;
  }
  throw new Error(`no span ${index}`);
}
