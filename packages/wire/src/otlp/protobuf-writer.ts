import { asBigInt64, HIGH, halves, LOW } from './number-bits.ts';

const encoder = new TextEncoder();
const INITIAL_CAPACITY = 1 << 14;
/** A larger buffer is given back after use. */
const MAX_KEPT_CAPACITY = 1 << 22;
/** Texts up to this length are copied character by character, which is cheaper than a call of the encoder. */
const SHORT_TEXT_LENGTH = 64;
/** Likewise for bytes, where the call costs less. */
const SHORT_RANGE_LENGTH = 32;

/*
 * One growing buffer that all messages are written into. Writing is synchronous, and whoever starts takes
 * a copy with `take`, so one buffer is enough.
 */
let buffer: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL_CAPACITY);
let position = 0;

/** Starts a message. Anything left by a write that failed is forgotten. */
export function start(): void {
  position = 0;
  if (buffer.length > MAX_KEPT_CAPACITY) buffer = new Uint8Array(INITIAL_CAPACITY);
}

/** Bytes written since {@link start}, those of open fields included. */
export function writtenLength(): number {
  return position;
}

/** A copy of what has been written since {@link start}, or of the first bytes of it. */
export function take(length: number = position): Uint8Array<ArrayBuffer> {
  return buffer.slice(0, length);
}

function ensure(length: number): void {
  if (position + length <= buffer.length) return;
  const larger = new Uint8Array(Math.max(buffer.length * 2, position + length));
  larger.set(buffer.subarray(0, position));
  buffer = larger;
}

/** An unsigned number up to 32 bits, or a tag. */
export function writeVarint(value: number): void {
  ensure(5);
  putVarint(value);
}

/** As {@link writeVarint} where there is room. */
function putVarint(value: number): void {
  let rest = value >>> 0;
  while (rest >= 0x80) {
    buffer[position++] = rest | 0x80;
    rest >>>= 7;
  }
  buffer[position++] = rest;
}

/** An int64 in two's complement. */
export function writeVarint64(value: bigint): void {
  asBigInt64[0] = value;
  writeVarintHalves(halves[LOW] ?? 0, halves[HIGH] ?? 0);
}

/** An int64 in two's complement, by its two halves. */
export function writeVarintHalves(low: number, high: number): void {
  ensure(10);
  let lowBits = low;
  let highBits = high;
  while (highBits !== 0 || lowBits >= 0x80) {
    buffer[position++] = lowBits | 0x80;
    lowBits = ((lowBits >>> 7) | (highBits << 25)) >>> 0;
    highBits >>>= 7;
  }
  buffer[position++] = lowBits;
}

export function writeFixed32(value: number): void {
  ensure(4);
  buffer[position++] = value;
  buffer[position++] = value >>> 8;
  buffer[position++] = value >>> 16;
  buffer[position++] = value >>> 24;
}

/** The two halves that were set in `number-bits.ts`. */
export function writeHalves(): void {
  const lowBits = halves[LOW] ?? 0;
  const highBits = halves[HIGH] ?? 0;
  writeFixed32(lowBits);
  writeFixed32(highBits);
}

/** Opens a length-delimited field; {@link closeField} with the result writes its length. */
export function openField(tag: number): number {
  writeVarint(tag);
  ensure(1);
  return ++position;
}

/** One byte was left for the length; a longer one moves the content up. */
export function closeField(contentStart: number): void {
  const length = position - contentStart;
  if (length < 0x80) {
    buffer[contentStart - 1] = length;
    return;
  }
  let extra = 1;
  for (let rest = length >>> 14; rest > 0; rest >>>= 7) extra++;
  ensure(extra);
  buffer.copyWithin(contentStart + extra, contentStart, position);
  const end = position + extra;
  position = contentStart - 1;
  writeVarint(length);
  position = end;
}

/** A length-delimited field with these bytes. */
export function writeBytesField(tag: number, bytes: Uint8Array): void {
  writeRangeField(tag, bytes, 0, bytes.length);
}

/** A length-delimited field with `[first, end)` of `source`. */
export function writeRangeField(tag: number, source: Uint8Array, first: number, end: number): void {
  writeVarint(tag);
  writeVarint(end - first);
  writeByteRange(source, first, end);
}

/**
 * A message field with a key field, which is there as bytes, and a value field that is a message of one length-delimited
 * field with `[first, end)` of `source`: most of what a trace's details are. Every length is known beforehand, so nothing
 * is moved.
 */
export function writeKeyedRangeField(
  tags: { readonly field: number; readonly value: number; readonly content: number },
  key: Uint8Array,
  source: Uint8Array,
  first: number,
  end: number,
): void {
  const contentLength = end - first;
  const valueLength = 1 + varintLength(contentLength) + contentLength;
  const fieldLength = key.length + 1 + varintLength(valueLength) + valueLength;
  ensure(6 + fieldLength);
  buffer[position++] = tags.field;
  putVarint(fieldLength);
  putRange(key, 0, key.length);
  buffer[position++] = tags.value;
  putVarint(valueLength);
  buffer[position++] = tags.content;
  putVarint(contentLength);
  putRange(source, first, end);
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) length++;
  return length;
}

/** `[first, end)` of `source` as it is. */
export function writeByteRange(source: Uint8Array, first: number, end: number): void {
  ensure(end - first);
  putRange(source, first, end);
}

/** As {@link writeByteRange} where there is room. */
function putRange(source: Uint8Array, first: number, end: number): void {
  const length = end - first;
  if (length <= SHORT_RANGE_LENGTH) {
    const target = buffer;
    let at = position;
    for (let i = first; i < end; i++) target[at++] = source[i] ?? 0;
  } else {
    buffer.set(source.subarray(first, end), position);
  }
  position += length;
}

/** A length-delimited field with this even number of hex digits as bytes. */
export function writeHexField(tag: number, hex: string): void {
  writeVarint(tag);
  writeVarint(hex.length >> 1);
  ensure(hex.length >> 1);
  for (let i = 0; i < hex.length; i += 2) {
    buffer[position++] = (digit(hex.charCodeAt(i)) << 4) | digit(hex.charCodeAt(i + 1));
  }
}

/** 0-9, a-f, A-F. */
function digit(code: number): number {
  return (code & 0xf) + (code > 0x39 ? 9 : 0);
}

/** A length-delimited field with this text as UTF-8; a lone surrogate becomes U+FFFD. */
export function writeTextField(tag: number, text: string): void {
  const { length } = text;
  const content = openField(tag);
  ensure(3 * length);
  if (length <= SHORT_TEXT_LENGTH) {
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) break;
      buffer[position++] = code;
    }
    if (i === length) {
      buffer[content - 1] = length;
      return;
    }
    position = content;
  }
  position += encoder.encodeInto(text, buffer.subarray(position)).written;
  closeField(content);
}
