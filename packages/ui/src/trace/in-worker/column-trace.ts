import {
  type Attributes,
  hexFromBytes,
  type InstrumentationScope,
  type Resource,
  type Span,
  SpanKind,
  type SpanEvent,
  type SpanLink,
  type SpanStatus,
  type StatusCode,
  type Trace,
  type TraceColumns,
} from '@throughline/model';

import { createDetailsReader, type DetailsReader } from '../span-details.ts';

const KINDS: readonly SpanKind[] = Object.values(SpanKind);

/** A span that reads the columns when it is asked, and decodes only what lies encoded. */
class ColumnSpan implements Span {
  readonly #columns: TraceColumns;
  readonly #details: DetailsReader;
  readonly #row: number;

  constructor(columns: TraceColumns, details: DetailsReader, row: number) {
    this.#columns = columns;
    this.#details = details;
    this.#row = row;
  }

  get traceId(): string {
    return this.#columns.traceId;
  }
  get spanId(): string {
    return hexFromBytes(this.#columns.spanId, this.#row * 8, 8);
  }
  get parentSpanId(): string {
    const start = this.#row * 8;
    const bytes = this.#columns.parentSpanId;
    return bytes.subarray(start, start + 8).some((byte) => byte !== 0) ? hexFromBytes(bytes, start, 8) : '';
  }
  get name(): string {
    return this.#columns.strings[this.#columns.name[this.#row] ?? 0] ?? '';
  }
  get kind(): SpanKind {
    return KINDS[this.#columns.kind[this.#row] ?? 0] ?? SpanKind.UNSPECIFIED;
  }
  get startTimeUnixNano(): bigint {
    return this.#columns.startTimeUnixNano + BigInt(Math.round(this.#columns.startOffsetNano[this.#row] ?? 0));
  }
  get endTimeUnixNano(): bigint {
    return this.startTimeUnixNano + BigInt(Math.round(this.#columns.durationNano[this.#row] ?? 0));
  }
  get resource(): Resource {
    return this.#details.resource(this.#columns.resource[this.#row] ?? 0);
  }
  get scope(): InstrumentationScope {
    return this.#details.scope(this.#columns.scope[this.#row] ?? 0);
  }
  get status(): SpanStatus {
    // The message alone lies encoded; most spans have neither.
    const code = this.#columns.statusCode[this.#row] ?? 0;
    const details = this.#details;
    const row = this.#row;
    return {
      // The column holds what was a status code before.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      code: code as StatusCode,
      get message() {
        return details.span(row).status.message;
      },
    };
  }
  get attributes(): Attributes {
    return this.#details.span(this.#row).attributes;
  }
  get events(): readonly SpanEvent[] {
    return (this.#columns.eventCount[this.#row] ?? 0) === 0 ? [] : this.#details.span(this.#row).events;
  }
  get links(): readonly SpanLink[] {
    return (this.#columns.linkCount[this.#row] ?? 0) === 0 ? [] : this.#details.span(this.#row).links;
  }
  get traceState(): string {
    return this.#details.span(this.#row).traceState;
  }
  get flags(): number {
    return this.#details.span(this.#row).flags;
  }
  get droppedAttributesCount(): number {
    return this.#details.span(this.#row).droppedAttributesCount;
  }
  get droppedEventsCount(): number {
    return this.#details.span(this.#row).droppedEventsCount;
  }
  get droppedLinksCount(): number {
    return this.#details.span(this.#row).droppedLinksCount;
  }
  get weight(): number {
    return 1;
  }
}

/**
 * The trace behind the columns, for what asks spans (TraceQL, the clocks): a small object a span, details decoded as
 * they are read. `issues` stays empty: in columns they are bits.
 */
export function traceOfColumns(columns: TraceColumns): Trace {
  const details = createDetailsReader(columns);
  const roots: number[] = [];
  for (let row = 0; row < columns.spanCount; row++) if ((columns.parent[row] ?? -1) < 0) roots.push(row);
  return {
    traceId: columns.traceId,
    spans: Array.from({ length: columns.spanCount }, (_, row) => new ColumnSpan(columns, details, row)),
    parent: columns.parent,
    depth: columns.depth,
    subtreeEnd: columns.subtreeEnd,
    roots,
    startTimeUnixNano: columns.startTimeUnixNano,
    endTimeUnixNano: columns.endTimeUnixNano,
    issues: [],
    copyCount: columns.copyCount,
  };
}
