import {
  type AttributeValue,
  emptyAttributes,
  hexFromBytes,
  type InstrumentationScope,
  isSpanId,
  isTraceId,
  type Resource,
  type SpanEvent,
  type SpanLink,
} from '@throughline/model';

import { decodeText } from './decode-text.ts';
import { decodeKeyValue } from './decode-value.ts';
import { asBigUint64, HIGH, halves, LOW } from './number-bits.ts';
import {
  checkEnd,
  high,
  low,
  position,
  readFixed32,
  readFixed64,
  readRange,
  readVarint,
  readVarint64,
  skipField,
} from './protobuf-reader.ts';

/** A `Span.Event` message at `[start, end)`. */
export function decodeEventMessage(bytes: Uint8Array, start = 0, end: number = bytes.length): SpanEvent {
  let timeUnixNano = 0n;
  let name = '';
  let attributes: Map<string, AttributeValue> | undefined;
  let droppedAttributesCount = 0;
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    switch (tag) {
      case 9: // time_unix_nano
        offset = readFixed64(bytes, offset, end);
        halves[LOW] = low;
        halves[HIGH] = high;
        timeUnixNano = asBigUint64[0] ?? 0n;
        break;
      case 18: {
        // name
        const to = readRange(bytes, offset, end);
        name = decodeText(bytes, position, to);
        offset = to;
        break;
      }
      case 26: {
        // attributes
        const to = readRange(bytes, offset, end);
        decodeKeyValue(bytes, position, to, (attributes ??= new Map()));
        offset = to;
        break;
      }
      case 32: // dropped_attributes_count
        offset = readVarint64(bytes, offset);
        droppedAttributesCount = low >>> 0;
        break;
      default:
        offset = skipField(bytes, tag, offset, end, 4);
    }
  }
  checkEnd(offset, end);
  return { timeUnixNano, name, attributes: attributes ?? emptyAttributes, droppedAttributesCount };
}

/** A `Span.Link` message at `[start, end)`. An id of the wrong length or zero becomes `''`. */
export function decodeLinkMessage(bytes: Uint8Array, start = 0, end: number = bytes.length): SpanLink {
  let traceId = '';
  let spanId = '';
  let traceState = '';
  let flags = 0;
  let attributes: Map<string, AttributeValue> | undefined;
  let droppedAttributesCount = 0;
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    switch (tag) {
      case 10: // trace_id
      case 18: // span_id
      case 26: // trace_state
      case 34: {
        // attributes
        const to = readRange(bytes, offset, end);
        const from = position;
        if (tag === 10) traceId = traceIdAt(bytes, from, to);
        else if (tag === 18) spanId = spanIdAt(bytes, from, to);
        else if (tag === 26) traceState = decodeText(bytes, from, to);
        else decodeKeyValue(bytes, from, to, (attributes ??= new Map()));
        offset = to;
        break;
      }
      case 40: // dropped_attributes_count
        offset = readVarint64(bytes, offset);
        droppedAttributesCount = low >>> 0;
        break;
      case 53: // flags
        flags = readFixed32(bytes, offset, end) >>> 0;
        offset += 4;
        break;
      default:
        offset = skipField(bytes, tag, offset, end, 6);
    }
  }
  checkEnd(offset, end);
  return { traceId, spanId, traceState, flags, attributes: attributes ?? emptyAttributes, droppedAttributesCount };
}

function traceIdAt(bytes: Uint8Array, start: number, end: number): string {
  if (end - start !== 16) return '';
  const id = hexFromBytes(bytes, start, 16);
  return isTraceId(id) ? id : '';
}

function spanIdAt(bytes: Uint8Array, start: number, end: number): string {
  if (end - start !== 8) return '';
  const id = hexFromBytes(bytes, start, 8);
  return isSpanId(id) ? id : '';
}

/** A `Resource` message at `[start, end)`; its schema URL stands outside of it, in `ResourceSpans`. */
export function decodeResource(bytes: Uint8Array, start: number, end: number, schemaUrl: string): Resource {
  let attributes: Map<string, AttributeValue> | undefined;
  let droppedAttributesCount = 0;
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10) {
      const to = readRange(bytes, offset, end);
      decodeKeyValue(bytes, position, to, (attributes ??= new Map()));
      offset = to;
    } else if (tag === 16) {
      offset = readVarint64(bytes, offset);
      droppedAttributesCount = low >>> 0;
    } else {
      offset = skipField(bytes, tag, offset, end, 2);
    }
  }
  checkEnd(offset, end);
  return { attributes: attributes ?? emptyAttributes, droppedAttributesCount, schemaUrl };
}

/** An `InstrumentationScope` message at `[start, end)`; its schema URL stands outside of it, in `ScopeSpans`. */
export function decodeScope(bytes: Uint8Array, start: number, end: number, schemaUrl: string): InstrumentationScope {
  let name = '';
  let version = '';
  let attributes: Map<string, AttributeValue> | undefined;
  let droppedAttributesCount = 0;
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    switch (tag) {
      case 10: // name
      case 18: // version
      case 26: {
        // attributes
        const to = readRange(bytes, offset, end);
        const from = position;
        if (tag === 10) name = decodeText(bytes, from, to);
        else if (tag === 18) version = decodeText(bytes, from, to);
        else decodeKeyValue(bytes, from, to, (attributes ??= new Map()));
        offset = to;
        break;
      }
      case 32: // dropped_attributes_count
        offset = readVarint64(bytes, offset);
        droppedAttributesCount = low >>> 0;
        break;
      default:
        offset = skipField(bytes, tag, offset, end, 4);
    }
  }
  checkEnd(offset, end);
  return { name, version, attributes: attributes ?? emptyAttributes, droppedAttributesCount, schemaUrl };
}

/**
 * A resource as `encodeResourceMessage` wrote it: an OTLP `ResourceSpans` message with the resource and its schema
 * URL; spans in it are not looked at.
 */
export function decodeResourceMessage(bytes: Uint8Array): Resource {
  const { start, end, schemaUrl } = readEnvelope(bytes);
  return decodeResource(bytes, start, end, schemaUrl);
}

/** A scope as `encodeScopeMessage` wrote it: an OTLP `ScopeSpans` message with the scope and its schema URL. */
export function decodeScopeMessage(bytes: Uint8Array): InstrumentationScope {
  const { start, end, schemaUrl } = readEnvelope(bytes);
  return decodeScope(bytes, start, end, schemaUrl);
}

/** What `ResourceSpans` and `ScopeSpans` have in common: field 1 the owner, field 2 what it owns, field 3 the URL. */
function readEnvelope(bytes: Uint8Array): { readonly start: number; readonly end: number; readonly schemaUrl: string } {
  let start = 0;
  let stop = 0;
  let schemaUrl = '';
  let offset = 0;
  while (offset < bytes.length) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10 || tag === 18 || tag === 26) {
      const to = readRange(bytes, offset, bytes.length);
      if (tag === 10) {
        start = position;
        stop = to;
      } else if (tag === 26) {
        schemaUrl = decodeText(bytes, position, to);
      }
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, bytes.length, 3);
    }
  }
  checkEnd(offset, bytes.length);
  return { start, end: stop, schemaUrl };
}
