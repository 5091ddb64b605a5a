import type { GrowingBytes } from './growable.ts';

/* Values appended to the bytes of a column, little endian. */

/** The 64-bit values as pairs of (low, high) 32-bit halves, on the same memory. */
export function halves(values: BigUint64Array | BigInt64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
}

export function appendUint32(target: GrowingBytes, value: number): void {
  target.reserve(4);
  const { bytes, length } = target;
  bytes[length] = value;
  bytes[length + 1] = value >>> 8;
  bytes[length + 2] = value >>> 16;
  bytes[length + 3] = value >>> 24;
  target.length = length + 4;
}

/** Halves are taken modulo 2^32. */
export function appendUint64(target: GrowingBytes, low: number, high: number): void {
  appendUint32(target, low);
  appendUint32(target, high);
}

export function appendMessages(
  target: GrowingBytes,
  source: Uint8Array,
  starts: Uint32Array,
  ends: Uint32Array,
  from: number,
  to: number,
): void {
  let total = 0;
  for (let i = from; i < to; i++) {
    const count = ends[i]! - starts[i]!;
    total += varintLength(count) + count;
  }
  target.appendVarint(total);
  for (let i = from; i < to; i++) {
    target.appendVarint(ends[i]! - starts[i]!);
    target.append(source, starts[i], ends[i]);
  }
}

export function varintLength(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}

const FALSE = [102, 97, 108, 115, 101];

export function isFalseText(source: Uint8Array, start: number, end: number): boolean {
  return end - start === 5 && FALSE.every((byte, i) => source[start + i] === byte);
}
