import type { InstrumentationScope, Resource } from './span.ts';

/** OTLP `AnyValue` field numbers as used in {@link SpanColumns.attributeType}; 0 is an empty value. */
export const AttributeType = {
  EMPTY: 0,
  STRING: 1,
  BOOL: 2,
  INT: 3,
  DOUBLE: 4,
  ARRAY: 5,
  MAP: 6,
  BYTES: 7,
} as const;
export type AttributeType = (typeof AttributeType)[keyof typeof AttributeType];

/**
 * Why a span was refused while its batch was accepted. Each is a counter and part of OTLP's partial success.
 * `invalid_parent_span_id`: there is a parent, but its id cannot be one (empty or zero is no parent); to keep the span as
 * a root would be to invent a tree. `invalid_span`: not shaped like a span of its format; `invalid_start_time`: no start,
 * or none that fits unsigned 64-bit nanoseconds. OTLP spans are never refused for the last two.
 */
export type SpanRejection =
  | 'invalid_trace_id'
  | 'invalid_span_id'
  | 'invalid_parent_span_id'
  | 'invalid_span'
  | 'invalid_start_time'
  | 'limit_exceeded';

/**
 * A batch of spans as columns over the OTLP protobuf bytes it was read from, without an object per span.
 *
 * Rows keep the order of the bytes. "Range" columns are byte offsets `[start, end)` into {@link source}; an absent
 * field is an empty range (0, 0). List columns (`attribute*`, `event*`, `link*`) hold the elements of all rows one
 * after the other; those of row `r` are `[xEnd[r - 1] ?? 0, xEnd[r])`. Arrays may be longer than `spanCount` (or the
 * number of elements); what lies behind is undefined. Text is UTF-8 as received and not validated: decode it without
 * `fatal`. Whoever receives the columns must not change them and must not keep `source` longer than needed.
 */
export interface SpanColumns {
  /** An OTLP `ExportTraceServiceRequest` (protobuf). */
  readonly source: Uint8Array;
  readonly spanCount: number;
  /** Spans that were in the batch but are not among the rows, by reason. */
  readonly rejected: Readonly<Partial<Record<SpanRejection, number>>>;

  /** Offset of the 16 bytes of the trace id, never all zero. */
  readonly traceId: Uint32Array;
  /** Offset of the 8 bytes of the span id, never all zero. */
  readonly spanId: Uint32Array;
  /**
   * Offset of the 8 bytes of the parent's id, or 0 for a root, whose parent id is absent, empty or 8 zero bytes. One of any
   * other length rejects the span (`invalid_parent_span_id`).
   */
  readonly parentSpanId: Uint32Array;
  readonly startTimeUnixNano: BigUint64Array;
  readonly endTimeUnixNano: BigUint64Array;
  readonly kind: Uint8Array;
  readonly flags: Uint32Array;
  readonly statusCode: Uint8Array;
  readonly nameStart: Uint32Array;
  readonly nameEnd: Uint32Array;
  readonly traceStateStart: Uint32Array;
  readonly traceStateEnd: Uint32Array;
  readonly statusMessageStart: Uint32Array;
  readonly statusMessageEnd: Uint32Array;
  readonly droppedAttributesCount: Uint32Array;
  readonly droppedEventsCount: Uint32Array;
  readonly droppedLinksCount: Uint32Array;
  /** Index into {@link resources}. */
  readonly resource: Uint32Array;
  /** Index into {@link scopes}. */
  readonly scope: Uint32Array;
  /** Adjusted count of each span, 1 by default. */
  readonly weight: Float64Array;

  readonly attributeEnd: Uint32Array;
  readonly attributeKeyStart: Uint32Array;
  readonly attributeKeyEnd: Uint32Array;
  /** {@link AttributeType} */
  readonly attributeType: Uint8Array;
  /**
   * STRING and BYTES: the range of the payload; ARRAY and MAP: the range of the encoded `ArrayValue` or
   * `KeyValueList` message; others (0, 0).
   */
  readonly attributeValueStart: Uint32Array;
  readonly attributeValueEnd: Uint32Array;
  /** INT: the int64 in two's complement; DOUBLE: its IEEE 754 bits; BOOL: 0 or 1; others undefined. */
  readonly attributeNumber: BigInt64Array;

  /** Events and links as ranges of their encoded messages (`Span.Event`, `Span.Link`), tag and length left out. */
  readonly eventEnd: Uint32Array;
  readonly eventMessageStart: Uint32Array;
  readonly eventMessageEnd: Uint32Array;
  readonly linkEnd: Uint32Array;
  readonly linkMessageStart: Uint32Array;
  readonly linkMessageEnd: Uint32Array;

  /** The distinct resources and scopes of the batch, decoded; a handful even in large batches. */
  readonly resources: readonly Resource[];
  readonly scopes: readonly InstrumentationScope[];
}
