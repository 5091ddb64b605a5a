import {
  durationNano,
  type InstrumentationScope,
  isErrorSpan,
  type Resource,
  type Span,
  type Trace,
} from '@throughline/model';

import { writeSpan } from '../otlp/encode-span.ts';

/** Spans of one trace in whatever form, known by an index as in a `SpanTable`: what their columns are made from. */
export interface ColumnSource {
  readonly traceId: string;
  /** From the trace's start, the earliest of all. */
  startOffsetNano(index: number): number;
  /** Never negative. */
  durationNano(index: number): number;
  /** The 8 bytes of the span's id to `target[at]`, likewise of its parent's; nothing where there is none. */
  writeSpanId(index: number, target: Uint8Array, at: number): void;
  writeParentSpanId(index: number, target: Uint8Array, at: number): void;
  name(index: number): string;
  kind(index: number): number;
  statusCode(index: number): number;
  isError(index: number): boolean;
  eventCount(index: number): number;
  linkCount(index: number): number;
  resource(index: number): Resource;
  scope(index: number): InstrumentationScope;
  /** Writes the fields of the OTLP `Span` message that have no column, with what `detail-fields.ts` has. */
  writeDetails(index: number): void;
}

/** The spans of an assembled trace; the index is the row. */
export function sourceOfTrace({
  traceId,
  spans,
  startTimeUnixNano,
}: Pick<Trace, 'traceId' | 'spans' | 'startTimeUnixNano'>): ColumnSource {
  const spanAt = (index: number): Span => {
    const span = spans[index];
    if (span === undefined) throw new RangeError(`no row ${index} in a trace of ${spans.length} spans`);
    return span;
  };
  return {
    traceId,
    startOffsetNano: (index) => Number(spanAt(index).startTimeUnixNano - startTimeUnixNano),
    durationNano: (index) => Number(durationNano(spanAt(index))),
    writeSpanId: (index, target, at) => writeId(target, at, spanAt(index).spanId),
    writeParentSpanId: (index, target, at) => writeId(target, at, spanAt(index).parentSpanId),
    name: (index) => spanAt(index).name,
    kind: (index) => spanAt(index).kind,
    statusCode: (index) => spanAt(index).status.code,
    isError: (index) => isErrorSpan(spanAt(index)),
    eventCount: (index) => spanAt(index).events.length,
    linkCount: (index) => spanAt(index).links.length,
    resource: (index) => spanAt(index).resource,
    scope: (index) => spanAt(index).scope,
    writeDetails: (index) => writeSpan(withoutColumns(spanAt(index))),
  };
}

/** What has a column needs no second place: empty fields take no bytes in protobuf. */
function withoutColumns(span: Span): Span {
  return {
    ...span,
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: '',
    kind: 0,
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
  };
}

/** An id of 16 hex digits as 8 bytes. */
function writeId(target: Uint8Array, at: number, hex: string): void {
  for (let i = 0; i + 1 < hex.length; i += 2) {
    target[at + i / 2] = (nibble(hex.charCodeAt(i)) << 4) | nibble(hex.charCodeAt(i + 1));
  }
}

/** Of a lower-case hex digit's character code. */
function nibble(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}
