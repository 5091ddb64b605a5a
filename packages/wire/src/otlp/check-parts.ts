import type { OtlpLimits } from './limits.ts';
import {
  checkEnd,
  position,
  readFixed32,
  readFixed64,
  readRange,
  readVarint,
  readVarint64,
  skipField,
} from './protobuf-reader.ts';

/*
 * The parts of a span that the walker keeps as ranges of bytes, read without keeping anything: what passes here is read
 * by `decode-value.ts` and `decode-parts.ts` without an error later.
 */

/** Set when something checked lies over a limit; the walker clears it. What lies deeper than the limit is not read. */
export let overLimit = false;

export function clearOverLimit(): void {
  overLimit = false;
}

export function checkEvent(bytes: Uint8Array, start: number, end: number, limits: OtlpLimits): void {
  let attributeCount = 0;
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    switch (tag) {
      case 9: // time_unix_nano
        offset = readFixed64(bytes, offset, end);
        break;
      case 18: // name
        offset = readRange(bytes, offset, end);
        break;
      case 26: {
        // attributes
        const to = readRange(bytes, offset, end);
        checkKeyValue(bytes, position, to, 1, limits);
        attributeCount++;
        offset = to;
        break;
      }
      case 32: // dropped_attributes_count
        offset = readVarint64(bytes, offset);
        break;
      default:
        offset = skipField(bytes, tag, offset, end, 4);
    }
  }
  checkEnd(offset, end);
  if (attributeCount > limits.maxAttributes) overLimit = true;
}

export function checkLink(bytes: Uint8Array, start: number, end: number, limits: OtlpLimits): void {
  let attributeCount = 0;
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    switch (tag) {
      case 10: // trace_id
      case 18: // span_id
      case 26: // trace_state
        offset = readRange(bytes, offset, end);
        break;
      case 34: {
        // attributes
        const to = readRange(bytes, offset, end);
        checkKeyValue(bytes, position, to, 1, limits);
        attributeCount++;
        offset = to;
        break;
      }
      case 40: // dropped_attributes_count
        offset = readVarint64(bytes, offset);
        break;
      case 53: // flags
        readFixed32(bytes, offset, end);
        offset += 4;
        break;
      default:
        offset = skipField(bytes, tag, offset, end, 6);
    }
  }
  checkEnd(offset, end);
  if (attributeCount > limits.maxAttributes) overLimit = true;
}

/**
 * A `Resource` or `InstrumentationScope`: attributes in the field with `attributesTag`, texts before it, a count after.
 */
export function checkOwner(
  bytes: Uint8Array,
  start: number,
  end: number,
  attributesTag: 10 | 26,
  limits: OtlpLimits,
): void {
  let attributeCount = 0;
  let offset = start;
  const countTag = attributesTag + 6;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === attributesTag) {
      const to = readRange(bytes, offset, end);
      checkKeyValue(bytes, position, to, 1, limits);
      attributeCount++;
      offset = to;
    } else if (tag < attributesTag && (tag === 10 || tag === 18)) {
      offset = readRange(bytes, offset, end);
    } else if (tag === countTag) {
      offset = readVarint64(bytes, offset);
    } else {
      offset = skipField(bytes, tag, offset, end, countTag >>> 3);
    }
  }
  checkEnd(offset, end);
  if (attributeCount > limits.maxAttributes) overLimit = true;
}

/** An `ArrayValue` whose elements stand at level `depth`. */
export function checkArray(bytes: Uint8Array, start: number, end: number, depth: number, limits: OtlpLimits): void {
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10) {
      const to = readRange(bytes, offset, end);
      checkAnyValue(bytes, position, to, depth, limits);
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 1);
    }
  }
  checkEnd(offset, end);
}

/** A `KeyValueList` whose values stand at level `depth`. */
export function checkMap(bytes: Uint8Array, start: number, end: number, depth: number, limits: OtlpLimits): void {
  let entryCount = 0;
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10) {
      const to = readRange(bytes, offset, end);
      checkKeyValue(bytes, position, to, depth, limits);
      entryCount++;
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 1);
    }
  }
  checkEnd(offset, end);
  if (entryCount > limits.maxAttributes) overLimit = true;
}

function checkKeyValue(bytes: Uint8Array, start: number, end: number, depth: number, limits: OtlpLimits): void {
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10) {
      offset = readRange(bytes, offset, end);
    } else if (tag === 18) {
      const to = readRange(bytes, offset, end);
      checkAnyValue(bytes, position, to, depth, limits);
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 2);
    }
  }
  checkEnd(offset, end);
}

function checkAnyValue(bytes: Uint8Array, start: number, end: number, depth: number, limits: OtlpLimits): void {
  if (depth > limits.maxValueDepth) {
    overLimit = true;
    return;
  }
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    switch (tag) {
      case 16: // bool_value
      case 24: // int_value
        offset = readVarint64(bytes, offset);
        break;
      case 33: // double_value
        offset = readFixed64(bytes, offset, end);
        break;
      case 10: // string_value
      case 58: // bytes_value
        offset = readRange(bytes, offset, end);
        break;
      case 42: // array_value
      case 50: {
        // kvlist_value
        const to = readRange(bytes, offset, end);
        if (tag === 42) checkArray(bytes, position, to, depth + 1, limits);
        else checkMap(bytes, position, to, depth + 1, limits);
        offset = to;
        break;
      }
      default:
        offset = skipField(bytes, tag, offset, end, 7);
    }
  }
  checkEnd(offset, end);
}
