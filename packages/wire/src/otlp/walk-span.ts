import { adjustedCount, AttributeType } from '@throughline/model';

import { DecodeError } from '../decode-error.ts';
import { checkArray, checkEvent, checkLink, checkMap, clearOverLimit, overLimit } from './check-parts.ts';
import { decodeText } from './decode-text.ts';
import { DEFAULT_OTLP_LIMITS, MAX_VALUE_DEPTH, type OtlpLimits } from './limits.ts';
import { HIGH, LOW } from './number-bits.ts';
import {
  checkEnd,
  high,
  low,
  malformed,
  position,
  readRange,
  readVarint,
  readVarint64,
  readVarintTail,
  skipField,
} from './protobuf-reader.ts';
import {
  growAttributes,
  growEvents,
  growLinks,
  isOversized,
  newScratchColumns,
  type ScratchColumns,
} from './scratch-columns.ts';

/*
 * This is the hottest code of the ingest path, so it is written plainly: numbers in locals, results in module
 * variables, no object, closure or BigInt a span. `bytes[offset]!` in the two functions that see every attribute:
 * behind the end of the buffer it is undefined at run time; a length or tag made of it is NaN or 0, and fails the
 * `!(length <= end - offset)` check or `skipField` right after.
 */

/** What the walk writes into, and what it must not exceed; both hold from {@link beginWalk} to {@link endWalk}. */
export let scratch: ScratchColumns = newScratchColumns();
export let limits: OtlpLimits = DEFAULT_OTLP_LIMITS;
let view: DataView = new DataView(new ArrayBuffer(0));

/** What became of a span; all but the first are why it is no row. */
export const ACCEPTED = 0;
export const INVALID_TRACE_ID = 1;
export const INVALID_SPAN_ID = 2;
export const LIMIT_EXCEEDED = 3;
export const INVALID_PARENT_SPAN_ID = 4;

export function beginWalk(bytes: Uint8Array, partialLimits: Partial<OtlpLimits>): void {
  // Offsets are 32 bits wide. A receiver's limit lies far below.
  if (bytes.length > 0xffff_ffff) throw new DecodeError('unsupported_payload', 'OTLP protobuf of 4 GiB or more');
  limits = { ...DEFAULT_OTLP_LIMITS, ...partialLimits };
  if (limits.maxValueDepth > MAX_VALUE_DEPTH) limits = { ...limits, maxValueDepth: MAX_VALUE_DEPTH };
  // Node's Buffers as what they are underneath: one kind of array for the compiler, and no `slice` that shares memory.
  scratch.source = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  scratch.spanCount = 0;
  scratch.attributeCount = 0;
  scratch.eventCount = 0;
  scratch.linkCount = 0;
  scratch.rejected = {};
  view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Lets go of the request, which the caller may want to be collected, and of more memory than a usual one takes. */
export function endWalk(): void {
  view = new DataView(new ArrayBuffer(0));
  scratch.source = new Uint8Array(0);
  scratch.resources = [];
  scratch.scopes = [];
  if (isOversized(scratch)) scratch = newScratchColumns();
}

/** Reads a `Span` message into `row`, for which there must be room; returns what became of it. */
export function walkSpan(bytes: Uint8Array, start: number, end: number, row: number): number {
  const firstAttribute = scratch.attributeCount;
  const firstEvent = scratch.eventCount;
  const firstLink = scratch.linkCount;
  const attributeStop = Math.min(firstAttribute + limits.maxAttributes, limits.maxElementsPerRequest);
  const eventStop = Math.min(firstEvent + limits.maxEventsPerSpan, limits.maxElementsPerRequest);
  const linkStop = Math.min(firstLink + limits.maxLinksPerSpan, limits.maxElementsPerRequest);
  let attributeCount = firstAttribute;
  let eventCount = firstEvent;
  let linkCount = firstLink;
  let isOverLimit = false;
  clearOverLimit();

  let traceId = 0;
  let spanId = 0;
  let parentSpanId = 0;
  let isParentMalformed = false;
  let traceStateStart = 0;
  let traceStateEnd = 0;
  let nameStart = 0;
  let nameEnd = 0;
  let kind = 0;
  let startLow = 0;
  let startHigh = 0;
  let endLow = 0;
  let endHigh = 0;
  let droppedAttributesCount = 0;
  let droppedEventsCount = 0;
  let droppedLinksCount = 0;
  let flags = 0;
  scratch.statusCode[row] = 0;
  scratch.statusMessageStart[row] = 0;
  scratch.statusMessageEnd[row] = 0;

  let offset = start;
  while (offset < end) {
    let tag = bytes[offset++]!;
    if (tag >= 0x80) {
      tag = readVarintTail(bytes, offset, tag);
      offset = position;
    }
    // Text, bytes and messages, all but the last of the known fields, have their length in common.
    if ((tag & 7) === 2 && tag <= 122) {
      let length = bytes[offset++]!;
      if (length >= 0x80) {
        length = readVarintTail(bytes, offset, length);
        offset = position;
      }
      if (!(length <= end - offset)) throw malformed('field that ends behind its message', offset);
      const to = offset + length;
      switch (tag) {
        case 74: // attributes
          if (attributeCount < attributeStop) {
            if (attributeCount === scratch.attributeCapacity) growAttributes(scratch);
            walkAttribute(bytes, offset, to, attributeCount++);
          } else {
            isOverLimit = true;
          }
          break;
        case 10: // trace_id
          traceId = length === 16 && !isZero(offset, 16) ? offset : 0;
          break;
        case 18: // span_id
          spanId = length === 8 && !isZero(offset, 8) ? offset : 0;
          break;
        case 26: // trace_state
          traceStateStart = offset;
          traceStateEnd = to;
          break;
        case 34: // parent_span_id
          parentSpanId = length === 8 && !isZero(offset, 8) ? offset : 0;
          isParentMalformed = length !== 8 && length !== 0;
          break;
        case 42: // name
          nameStart = offset;
          nameEnd = to;
          break;
        case 90: // events
          checkEvent(bytes, offset, to, limits);
          if (eventCount < eventStop) {
            if (eventCount === scratch.eventCapacity) growEvents(scratch);
            scratch.eventMessageStart[eventCount] = offset;
            scratch.eventMessageEnd[eventCount++] = to;
          } else {
            isOverLimit = true;
          }
          break;
        case 106: // links
          checkLink(bytes, offset, to, limits);
          if (linkCount < linkStop) {
            if (linkCount === scratch.linkCapacity) growLinks(scratch);
            scratch.linkMessageStart[linkCount] = offset;
            scratch.linkMessageEnd[linkCount++] = to;
          } else {
            isOverLimit = true;
          }
          break;
        case 122: // status
          walkStatus(bytes, offset, to, row);
          break;
        default:
          throw malformed(`field ${tag >>> 3} with wire type 2`, offset);
      }
      offset = to;
      continue;
    }
    switch (tag) {
      case 57: // start_time_unix_nano
        if (end - offset < 8) throw malformed('truncated fixed64', offset);
        startLow = view.getUint32(offset, true);
        startHigh = view.getUint32(offset + 4, true);
        offset += 8;
        break;
      case 65: // end_time_unix_nano
        if (end - offset < 8) throw malformed('truncated fixed64', offset);
        endLow = view.getUint32(offset, true);
        endHigh = view.getUint32(offset + 4, true);
        offset += 8;
        break;
      case 48: // kind
        offset = readVarint64(bytes, offset);
        kind = high === 0 && low >= 0 && low <= 5 ? low : 0;
        break;
      case 133: // flags
        if (end - offset < 4) throw malformed('truncated fixed32', offset);
        flags = view.getUint32(offset, true);
        offset += 4;
        break;
      case 80: // dropped_attributes_count
        offset = readVarint64(bytes, offset);
        droppedAttributesCount = low;
        break;
      case 96: // dropped_events_count
        offset = readVarint64(bytes, offset);
        droppedEventsCount = low;
        break;
      case 112: // dropped_links_count
        offset = readVarint64(bytes, offset);
        droppedLinksCount = low;
        break;
      default:
        offset = skipField(bytes, tag, offset, end, 16);
    }
  }
  checkEnd(offset, end);

  scratch.traceId[row] = traceId;
  scratch.spanId[row] = spanId;
  scratch.parentSpanId[row] = parentSpanId;
  scratch.startBits[2 * row + LOW] = startLow;
  scratch.startBits[2 * row + HIGH] = startHigh;
  scratch.endBits[2 * row + LOW] = endLow;
  scratch.endBits[2 * row + HIGH] = endHigh;
  scratch.kind[row] = kind;
  scratch.flags[row] = flags;
  scratch.nameStart[row] = nameStart;
  scratch.nameEnd[row] = nameEnd;
  scratch.traceStateStart[row] = traceStateStart;
  scratch.traceStateEnd[row] = traceStateEnd;
  scratch.droppedAttributesCount[row] = droppedAttributesCount;
  scratch.droppedEventsCount[row] = droppedEventsCount;
  scratch.droppedLinksCount[row] = droppedLinksCount;
  scratch.weight[row] =
    traceStateEnd > traceStateStart ? adjustedCount(decodeText(bytes, traceStateStart, traceStateEnd)) : 1;
  scratch.attributeEnd[row] = attributeCount;
  scratch.eventEnd[row] = eventCount;
  scratch.linkEnd[row] = linkCount;

  const outcome =
    isOverLimit || overLimit
      ? LIMIT_EXCEEDED
      : traceId === 0
        ? INVALID_TRACE_ID
        : spanId === 0
          ? INVALID_SPAN_ID
          : isParentMalformed
            ? INVALID_PARENT_SPAN_ID
            : ACCEPTED;
  if (outcome === ACCEPTED) {
    scratch.attributeCount = attributeCount;
    scratch.eventCount = eventCount;
    scratch.linkCount = linkCount;
  }
  return outcome;
}

function isZero(offset: number, length: 8 | 16): boolean {
  let bits = view.getUint32(offset, true) | view.getUint32(offset + 4, true);
  if (length === 16) bits |= view.getUint32(offset + 8, true) | view.getUint32(offset + 12, true);
  return bits === 0;
}

/** Reads a `KeyValue` message into the attribute columns at `index`. */
function walkAttribute(bytes: Uint8Array, start: number, end: number, index: number): void {
  let keyStart = 0;
  let keyEnd = 0;
  let type = 0;
  let valueStart = 0;
  let valueEnd = 0;
  let lowBits = 0;
  let highBits = 0;

  let offset = start;
  while (offset < end) {
    let tag = bytes[offset++]!;
    if (tag >= 0x80) {
      tag = readVarintTail(bytes, offset, tag);
      offset = position;
    }
    if (tag !== 10 && tag !== 18) {
      offset = skipField(bytes, tag, offset, end, 2);
      continue;
    }
    let length = bytes[offset++]!;
    if (length >= 0x80) {
      length = readVarintTail(bytes, offset, length);
      offset = position;
    }
    if (!(length <= end - offset)) throw malformed('field that ends behind its message', offset);
    if (tag === 10) {
      keyStart = offset;
      keyEnd = offset + length;
      offset = keyEnd;
      continue;
    }

    const messageEnd = offset + length;
    while (offset < messageEnd) {
      let valueTag = bytes[offset++]!;
      if (valueTag >= 0x80) {
        valueTag = readVarintTail(bytes, offset, valueTag);
        offset = position;
      }
      switch (valueTag) {
        case 24: // int_value
        case 16: // bool_value
          lowBits = bytes[offset]!;
          highBits = 0;
          if (lowBits < 0x80) {
            offset++;
          } else {
            offset = readVarint64(bytes, offset);
            lowBits = low;
            highBits = high;
          }
          if (valueTag === 16) {
            lowBits = (lowBits | highBits) === 0 ? 0 : 1;
            highBits = 0;
            type = AttributeType.BOOL;
          } else {
            type = AttributeType.INT;
          }
          valueStart = 0;
          valueEnd = 0;
          break;
        case 33: // double_value
          if (messageEnd - offset < 8) throw malformed('truncated fixed64', offset);
          lowBits = view.getUint32(offset, true);
          highBits = view.getUint32(offset + 4, true);
          offset += 8;
          type = AttributeType.DOUBLE;
          valueStart = 0;
          valueEnd = 0;
          break;
        case 10: // string_value
        case 42: // array_value
        case 50: // kvlist_value
        case 58: {
          // bytes_value
          let valueLength = bytes[offset++]!;
          if (valueLength >= 0x80) {
            valueLength = readVarintTail(bytes, offset, valueLength);
            offset = position;
          }
          if (!(valueLength <= messageEnd - offset)) throw malformed('field that ends behind its message', offset);
          valueStart = offset;
          valueEnd = offset + valueLength;
          offset = valueEnd;
          // The type is the field number.
          type = valueTag >> 3;
          if (valueTag === 42) {
            checkArray(bytes, valueStart, valueEnd, 2, limits);
          } else if (valueTag === 50) {
            checkMap(bytes, valueStart, valueEnd, 2, limits);
          }
          break;
        }
        default:
          offset = skipField(bytes, valueTag, offset, messageEnd, 7);
      }
    }
    checkEnd(offset, messageEnd);
  }
  checkEnd(offset, end);

  scratch.attributeKeyStart[index] = keyStart;
  scratch.attributeKeyEnd[index] = keyEnd;
  scratch.attributeType[index] = type;
  scratch.attributeValueStart[index] = valueStart;
  scratch.attributeValueEnd[index] = valueEnd;
  scratch.numberBits[2 * index + LOW] = lowBits;
  scratch.numberBits[2 * index + HIGH] = highBits;
}

/** `Status`: field 2 the message, field 3 the code, field 1 was once a code and is reserved. */
function walkStatus(bytes: Uint8Array, start: number, end: number, row: number): void {
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 24) {
      offset = readVarint64(bytes, offset);
      scratch.statusCode[row] = high === 0 && low >= 0 && low <= 2 ? low : 0;
    } else if (tag === 18) {
      const to = readRange(bytes, offset, end);
      scratch.statusMessageStart[row] = position;
      scratch.statusMessageEnd[row] = to;
      offset = to;
    } else {
      offset = tag >>> 3 === 1 ? skipField(bytes, tag, offset, end, 0) : skipField(bytes, tag, offset, end, 3);
    }
  }
  checkEnd(offset, end);
}
