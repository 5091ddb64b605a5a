import {
  AttributeType,
  type AttributeValue,
  type Attributes,
  emptyAttributes,
  hexFromBytes,
  type InstrumentationScope,
  type Resource,
  type Span,
  type SpanColumns,
  type SpanEvent,
  type SpanLink,
} from '@throughline/model';

import type { DecodedSpans } from '../decoded-spans.ts';
import { decodeOtlpColumns, withSpanMessage } from './decode-columns.ts';
import { decodeEventMessage, decodeLinkMessage } from './decode-parts.ts';
import { decodeText } from './decode-text.ts';
import { decodeArrayValue, decodeKeyValueList } from './decode-value.ts';
import { spanKindFrom, statusCodeFrom } from './enums.ts';
import type { OtlpLimits } from './limits.ts';
import { asBigInt64, asFloat64 } from './number-bits.ts';

/**
 * The spans of an OTLP `ExportTraceServiceRequest` (protobuf), in its order. Errors and rejections are those of
 * `decodeOtlpColumns`; of repeated attribute keys the last value stays.
 */
export function decodeOtlpProtobuf(bytes: Uint8Array, limits: Partial<OtlpLimits> = {}): DecodedSpans {
  const columns = decodeOtlpColumns(bytes, limits);
  return { spans: spansFromColumns(columns), rejected: columns.rejected };
}

/** Every row as a span, in order. Resources and scopes are shared between the spans. */
export function spansFromColumns(columns: SpanColumns): Span[] {
  const spans: Span[] = [];
  let traceId = '';
  for (let row = 0; row < columns.spanCount; row++) {
    // Spans of a trace tend to come together, and a hex string costs more than the look.
    if (row === 0 || !sameTraceId(columns, row - 1, row)) {
      traceId = hexFromBytes(columns.source, columns.traceId[row] ?? 0, 16);
    }
    spans.push(spanAt(columns, row, traceId));
  }
  return spans;
}

/**
 * A single OTLP `Span` message, as `encodeSpanMessage` writes it. An id that is missing or invalid is `''`: stored
 * details may leave out what stands in columns.
 *
 * @throws DecodeError if the bytes are malformed, or a value has more than 128 levels (`payload_too_deep`); no other limit
 *   applies, since the span may have been taken under other ones.
 */
export function decodeSpanMessage(bytes: Uint8Array, resource: Resource, scope: InstrumentationScope): Span {
  return withSpanMessage(bytes, resource, scope, (columns) => {
    const traceId = columns.traceId[0] ?? 0;
    return spanAt(columns, 0, traceId === 0 ? '' : hexFromBytes(bytes, traceId, 16));
  });
}

function sameTraceId(columns: SpanColumns, a: number, b: number): boolean {
  const offsetA = columns.traceId[a] ?? 0;
  const offsetB = columns.traceId[b] ?? 0;
  for (let i = 0; i < 16; i++) if (columns.source[offsetA + i] !== columns.source[offsetB + i]) return false;
  return true;
}

function spanAt(columns: SpanColumns, row: number, traceId: string): Span {
  const { source } = columns;
  const resource = columns.resources[columns.resource[row] ?? 0];
  const scope = columns.scopes[columns.scope[row] ?? 0];
  if (resource === undefined || scope === undefined) throw new Error('columns without the resource of a row');
  return {
    traceId,
    spanId: spanIdAt(source, columns.spanId[row] ?? 0),
    parentSpanId: spanIdAt(source, columns.parentSpanId[row] ?? 0),
    traceState: decodeText(source, columns.traceStateStart[row] ?? 0, columns.traceStateEnd[row] ?? 0),
    flags: columns.flags[row] ?? 0,
    name: decodeText(source, columns.nameStart[row] ?? 0, columns.nameEnd[row] ?? 0),
    kind: spanKindFrom(columns.kind[row] ?? 0),
    startTimeUnixNano: columns.startTimeUnixNano[row] ?? 0n,
    endTimeUnixNano: columns.endTimeUnixNano[row] ?? 0n,
    attributes: attributesAt(columns, row),
    droppedAttributesCount: columns.droppedAttributesCount[row] ?? 0,
    events: eventsAt(columns, row),
    droppedEventsCount: columns.droppedEventsCount[row] ?? 0,
    links: linksAt(columns, row),
    droppedLinksCount: columns.droppedLinksCount[row] ?? 0,
    status: {
      code: statusCodeFrom(columns.statusCode[row] ?? 0),
      message: decodeText(source, columns.statusMessageStart[row] ?? 0, columns.statusMessageEnd[row] ?? 0),
    },
    resource,
    scope,
    weight: columns.weight[row] ?? 1,
  };
}

function spanIdAt(source: Uint8Array, offset: number): string {
  return offset === 0 ? '' : hexFromBytes(source, offset, 8);
}

function attributesAt(columns: SpanColumns, row: number): Attributes {
  const start = row === 0 ? 0 : (columns.attributeEnd[row - 1] ?? 0);
  const end = columns.attributeEnd[row] ?? 0;
  if (start === end) return emptyAttributes;
  const attributes = new Map<string, AttributeValue>();
  for (let index = start; index < end; index++) {
    const key = decodeText(columns.source, columns.attributeKeyStart[index] ?? 0, columns.attributeKeyEnd[index] ?? 0);
    attributes.set(key, attributeValueAt(columns, index));
  }
  return attributes;
}

/** The value of the attribute at `index` of the attribute columns. */
export function attributeValueAt(columns: SpanColumns, index: number): AttributeValue {
  const start = columns.attributeValueStart[index] ?? 0;
  const end = columns.attributeValueEnd[index] ?? 0;
  switch (columns.attributeType[index]) {
    case AttributeType.STRING:
      return decodeText(columns.source, start, end);
    case AttributeType.BOOL:
      return columns.attributeNumber[index] === 1n;
    case AttributeType.INT:
      return columns.attributeNumber[index] ?? 0n;
    case AttributeType.DOUBLE:
      asBigInt64[0] = columns.attributeNumber[index] ?? 0n;
      return asFloat64[0] ?? 0;
    case AttributeType.BYTES:
      return new Uint8Array(columns.source.subarray(start, end));
    case AttributeType.ARRAY:
      return decodeArrayValue(columns.source, start, end);
    case AttributeType.MAP:
      return decodeKeyValueList(columns.source, start, end);
    default:
      return null;
  }
}

function eventsAt(columns: SpanColumns, row: number): readonly SpanEvent[] {
  const events: SpanEvent[] = [];
  const end = columns.eventEnd[row] ?? 0;
  for (let index = row === 0 ? 0 : (columns.eventEnd[row - 1] ?? 0); index < end; index++) {
    const start = columns.eventMessageStart[index] ?? 0;
    events.push(decodeEventMessage(columns.source, start, columns.eventMessageEnd[index] ?? 0));
  }
  return events;
}

function linksAt(columns: SpanColumns, row: number): readonly SpanLink[] {
  const links: SpanLink[] = [];
  const end = columns.linkEnd[row] ?? 0;
  for (let index = row === 0 ? 0 : (columns.linkEnd[row - 1] ?? 0); index < end; index++) {
    const start = columns.linkMessageStart[index] ?? 0;
    links.push(decodeLinkMessage(columns.source, start, columns.linkMessageEnd[index] ?? 0));
  }
  return links;
}
