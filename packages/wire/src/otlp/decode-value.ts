import { type AttributeValue } from '@throughline/model';

import { DecodeError } from '../decode-error.ts';
import { decodeText } from './decode-text.ts';
import { MAX_VALUE_DEPTH } from './limits.ts';
import { asBigInt64, asFloat64, HIGH, halves, LOW } from './number-bits.ts';
import {
  checkEnd,
  high,
  low,
  position,
  readFixed64,
  readRange,
  readVarint,
  readVarint64,
  skipField,
} from './protobuf-reader.ts';

/** An `AnyValue` message at `[start, end)`. Of several values in one message the last counts. */
export function decodeAnyValue(bytes: Uint8Array, start = 0, end: number = bytes.length): AttributeValue {
  return readAnyValue(bytes, start, end, 1, null);
}

/** An `ArrayValue` message at `[start, end)`. */
export function decodeArrayValue(bytes: Uint8Array, start: number, end: number): readonly AttributeValue[] {
  return readArray(bytes, start, end, 2);
}

/** A `KeyValueList` message at `[start, end)`. */
export function decodeKeyValueList(bytes: Uint8Array, start: number, end: number): Map<string, AttributeValue> {
  return readMap(bytes, start, end, 2);
}

/** Sets the `KeyValue` message at `[start, end)` in `attributes`; a repeated key takes the new value. */
export function decodeKeyValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  attributes: Map<string, AttributeValue>,
): void {
  readKeyValue(bytes, start, end, 1, attributes);
}

function readAnyValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  depth: number,
  before: AttributeValue,
): AttributeValue {
  if (depth > MAX_VALUE_DEPTH) {
    throw new DecodeError('payload_too_deep', `attribute value of more than ${MAX_VALUE_DEPTH} levels`);
  }
  let value = before;
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    switch (tag) {
      case 16: // bool_value
        offset = readVarint64(bytes, offset);
        value = (low | high) !== 0;
        break;
      case 24: // int_value
        offset = readVarint64(bytes, offset);
        halves[LOW] = low;
        halves[HIGH] = high;
        value = asBigInt64[0] ?? 0n;
        break;
      case 33: // double_value
        offset = readFixed64(bytes, offset, end);
        halves[LOW] = low;
        halves[HIGH] = high;
        value = asFloat64[0] ?? 0;
        break;
      case 10: // string_value
      case 42: // array_value
      case 50: // kvlist_value
      case 58: {
        // bytes_value
        const to = readRange(bytes, offset, end);
        const from = position;
        if (tag === 10) value = decodeText(bytes, from, to);
        else if (tag === 42) value = readArray(bytes, from, to, depth + 1);
        else if (tag === 50) value = readMap(bytes, from, to, depth + 1);
        // Not `slice`: that of a Node Buffer shares the memory.
        else value = new Uint8Array(bytes.subarray(from, to));
        offset = to;
        break;
      }
      default:
        offset = skipField(bytes, tag, offset, end, 7);
    }
  }
  checkEnd(offset, end);
  return value;
}

function readArray(bytes: Uint8Array, start: number, end: number, depth: number): readonly AttributeValue[] {
  const values: AttributeValue[] = [];
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10) {
      const to = readRange(bytes, offset, end);
      values.push(readAnyValue(bytes, position, to, depth, null));
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 1);
    }
  }
  checkEnd(offset, end);
  return values;
}

function readMap(bytes: Uint8Array, start: number, end: number, depth: number): Map<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>();
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10) {
      const to = readRange(bytes, offset, end);
      readKeyValue(bytes, position, to, depth, attributes);
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 1);
    }
  }
  checkEnd(offset, end);
  return attributes;
}

function readKeyValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  depth: number,
  attributes: Map<string, AttributeValue>,
): void {
  let key = '';
  let value: AttributeValue = null;
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10) {
      const to = readRange(bytes, offset, end);
      key = decodeText(bytes, position, to);
      offset = to;
    } else if (tag === 18) {
      const to = readRange(bytes, offset, end);
      value = readAnyValue(bytes, position, to, depth, value);
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 2);
    }
  }
  checkEnd(offset, end);
  attributes.set(key, value);
}
