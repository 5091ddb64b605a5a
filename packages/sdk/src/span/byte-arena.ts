import type { HrTime } from '@opentelemetry/api';

import { type AttributeList, keyAt } from './attribute-list.ts';
import type { RecordedValue } from './copy-value.ts';

const INITIAL_CAPACITY = 1 << 14;
/** Below this length a loop is cheaper than a call into the encoder. */
const SHORT_TEXT_LENGTH = 24;
const TWO_32 = 2 ** 32;
const encoder = new TextEncoder();
const doubles = new Float64Array(1);
const doubleBytes = new Uint8Array(doubles.buffer);

/** A growing buffer that protobuf fields are written into, canonical (shortest varints). */
export class ByteArena {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL_CAPACITY);
  length = 0;

  /** What was written; the arena starts anew in a buffer of its own. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = new Uint8Array(INITIAL_CAPACITY);
    this.length = 0;
    return taken;
  }

  ensure(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  append(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  varint(value: number): void {
    this.ensure(5);
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.bytes[this.length++] = rest | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** An integer within int64. */
  int64(value: number): void {
    if (value >= 0 && value < TWO_32) {
      this.varint(value);
      return;
    }
    this.ensure(10);
    let high = Math.floor(value / TWO_32) >>> 0;
    let low = (value - Math.floor(value / TWO_32) * TWO_32) >>> 0;
    while (high !== 0 || low >= 0x80) {
      this.bytes[this.length++] = low | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.bytes[this.length++] = low;
  }

  fixed32(value: number): void {
    this.ensure(4);
    this.bytes[this.length++] = value;
    this.bytes[this.length++] = value >>> 8;
    this.bytes[this.length++] = value >>> 16;
    this.bytes[this.length++] = value >>> 24;
  }

  /** Big-endian, as ids are. */
  idWord(value: number): void {
    this.ensure(4);
    this.bytes[this.length++] = value >>> 24;
    this.bytes[this.length++] = value >>> 16;
    this.bytes[this.length++] = value >>> 8;
    this.bytes[this.length++] = value;
  }

  /** Nanoseconds since the epoch as fixed64, without a BigInt: 16 bits of seconds at a time stay exact in doubles. */
  time(tag: number, instant: HrTime): void {
    const seconds = instant[0];
    const upper = Math.floor(seconds / 65_536);
    const lowerNano = (seconds - upper * 65_536) * 1e9 + instant[1];
    const upperNano = upper * 1e9;
    const upperHigh = Math.floor(upperNano / 65_536);
    const low = (upperNano - upperHigh * 65_536) * 65_536 + (lowerNano % TWO_32);
    this.varint(tag);
    this.fixed32(low % TWO_32);
    this.fixed32(upperHigh + Math.floor(lowerNano / TWO_32) + Math.floor(low / TWO_32));
  }

  open(tag: number): number {
    this.varint(tag);
    this.ensure(1);
    return ++this.length;
  }

  /** One byte was left for the length; a longer one moves the content up. */
  close(contentStart: number): void {
    const length = this.length - contentStart;
    let extra = 0;
    for (let rest = length >>> 7; rest > 0; rest >>>= 7) extra++;
    if (extra > 0) {
      this.ensure(extra);
      this.bytes.copyWithin(contentStart + extra, contentStart, this.length);
    }
    const end = this.length + extra;
    this.length = contentStart - 1;
    this.varint(length);
    this.length = end;
  }

  /** A lone surrogate becomes U+FFFD. */
  text(tag: number, text: string): void {
    const content = this.open(tag);
    this.ensure(3 * text.length);
    if (text.length <= SHORT_TEXT_LENGTH) {
      let i = 0;
      for (; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code >= 0x80) break;
        this.bytes[this.length++] = code;
      }
      if (i === text.length) {
        this.bytes[content - 1] = i;
        return;
      }
      this.length = content;
    }
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
    this.close(content);
  }

  attributes(tag: number, attributes: AttributeList): void {
    for (let i = 0; i < attributes.length; i += 2) this.keyValue(tag, keyAt(attributes, i), attributes[i + 1]);
  }

  private keyValue(tag: number, key: string, value: RecordedValue | undefined): void {
    const content = this.open(tag);
    this.text(10, key);
    const valueContent = this.open(18);
    this.value(value);
    this.close(valueContent);
    this.close(content);
  }

  /** `AnyValue`: an int if the number is an integer within int64 (-0 is 0), otherwise a double. */
  private value(value: RecordedValue | undefined): void {
    if (typeof value === 'string') this.text(10, value);
    else if (typeof value === 'boolean') {
      this.varint(16);
      this.varint(value ? 1 : 0);
    } else if (typeof value === 'number') this.number(value);
    else if (value instanceof Uint8Array) {
      this.varint(58);
      this.varint(value.length);
      this.append(value);
    } else if (Array.isArray(value)) {
      const content = this.open(42);
      for (const element of value) {
        const elementContent = this.open(10);
        // `AnyValue` arrays hold `AnyValue`s; `isArray` forgets it.
        this.value(element as RecordedValue);
        this.close(elementContent);
      }
      this.close(content);
    } else if (typeof value === 'object' && value !== null) {
      const content = this.open(50);
      for (const [key, member] of Object.entries(value)) this.keyValue(10, key, member);
      this.close(content);
    }
  }

  private number(value: number): void {
    if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) {
      this.varint(24);
      this.int64(value);
      return;
    }
    this.varint(33);
    doubles[0] = value;
    this.ensure(8);
    // Every platform that Node runs on with prebuilt binaries but s390x is little-endian, as protobuf is.
    this.bytes.set(doubleBytes, this.length);
    this.length += 8;
  }
}
