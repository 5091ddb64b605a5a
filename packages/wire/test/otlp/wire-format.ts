/** Protobuf by hand, for messages that no encoder writes. */

type Part = number | Uint8Array | readonly number[];

export function bytesOf(...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += typeof part === 'number' ? 1 : part.length;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    if (typeof part === 'number') bytes[offset++] = part;
    else {
      bytes.set(part, offset);
      offset += part.length;
    }
  }
  return bytes;
}

/** The part `count` times. */
export function repeated(count: number, part: Uint8Array | readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * part.length);
  for (let i = 0; i < count; i++) bytes.set(part, i * part.length);
  return bytes;
}

export function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

/** A varint with `length` bytes, more than it needs. */
export function paddedVarint(value: number, length: number): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < length; i++) bytes.push((Math.floor(value / 128 ** i) % 128) | (i < length - 1 ? 0x80 : 0));
  return bytes;
}

export function tag(fieldNumber: number, wireType: number): number[] {
  return varint(fieldNumber * 8 + wireType);
}

export function field(number: number, ...content: readonly Part[]): Uint8Array {
  const bytes = bytesOf(...content);
  return bytesOf(tag(number, 2), varint(bytes.length), bytes);
}

export function text(number: number, value: string): Uint8Array {
  return field(number, new TextEncoder().encode(value));
}

export function integer(number: number, value: number | bigint): Uint8Array {
  return bytesOf(tag(number, 0), varint(value));
}

export const TRACE_ID: Uint8Array = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
export const SPAN_ID: Uint8Array = Uint8Array.from({ length: 8 }, (_, i) => 0xa0 + i);
export const TRACE_ID_HEX = '0102030405060708090a0b0c0d0e0f10';
export const SPAN_ID_HEX = 'a0a1a2a3a4a5a6a7';

/** A span's ids and what is given. */
export function span(...content: readonly Part[]): Uint8Array {
  return bytesOf(field(1, TRACE_ID), field(2, SPAN_ID), ...content);
}

/** A request with these `Span` messages in one scope of one resource. */
export function request(...spans: readonly Uint8Array[]): Uint8Array {
  return field(1, field(2, ...spans.map((message) => field(2, message))));
}

/** An attribute field 9 of a span. */
export function attribute(key: string, ...anyValue: readonly Part[]): Uint8Array {
  return field(9, text(1, key), field(2, ...anyValue));
}

/** An `AnyValue` of `levels` levels: a string in arrays or maps. Built from the inside without recursion. */
export function deepValue(levels: number, kind: 'array' | 'map'): Uint8Array {
  // Appending to the front of a growing array would be quadratic: collect the heads, longest last.
  const heads: Uint8Array[] = [];
  const inner = text(1, 'x');
  let length = inner.length;
  for (let level = 1; level < levels; level++) {
    const layers = kind === 'array' ? [1, 5] : [2, 1, 6];
    for (const layer of layers) {
      const head = bytesOf(tag(layer, 2), varint(length));
      heads.push(head);
      length += head.length;
    }
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const head of heads.toReversed()) {
    bytes.set(head, offset);
    offset += head.length;
  }
  bytes.set(inner, offset);
  return bytes;
}
