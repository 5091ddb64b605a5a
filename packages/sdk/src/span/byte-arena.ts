import { type AttributeList, keyAt } from './attribute-list.ts';
import type { RecordedValue } from './copy-value.ts';
import { allocateBytes, putAscii, putText } from './text-bytes.ts';
import { putVarint, varintLength } from './varint.ts';

const INITIAL_CAPACITY = 1 << 12;
const TWO_32 = 2 ** 32;

/**
 * A growing buffer that protobuf fields are written into, canonical (shortest varints). Whoever writes into `bytes`
 * itself calls `ensure` first and moves `length`.
 */
export class ByteArena {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the same bytes. */
  view: DataView<ArrayBuffer>;
  length = 0;
  /** The length of `bytes`. */
  private capacity: number;
  /** That of the last time, in nanoseconds: the 32 lower bits and those above, as int32. Many times are of one second. */
  private second = 0;
  private secondLow = 0;
  private secondHigh = 0;

  /** Writes into `bytes`, made by `allocateBytes`, as long as there is room in them. */
  constructor(bytes: Uint8Array<ArrayBuffer> = allocateBytes(INITIAL_CAPACITY)) {
    this.bytes = bytes;
    this.capacity = bytes.length;
    this.view = viewOf(this.bytes);
  }

  /** What was written so far, in the arena's own memory. */
  written(): Uint8Array<ArrayBuffer> {
    // Not a `Buffer`, whose `slice` does not copy.
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset, this.length);
  }

  /** Room for so many more bytes. */
  ensure(count: number): void {
    if (this.length + count > this.capacity) this.grow(count);
  }

  private grow(count: number): void {
    const larger = allocateBytes(Math.max(this.capacity * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.capacity = larger.length;
    this.view = viewOf(larger);
  }

  append(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  varint(value: number): void {
    this.ensure(5);
    this.length = putVarint(this.bytes, this.length, value);
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
    this.view.setInt32(this.length, value, true);
    this.length += 4;
  }

  /** Big-endian, as ids are. */
  idWord(value: number): void {
    this.ensure(4);
    this.view.setInt32(this.length, value);
    this.length += 4;
  }

  /** Nanoseconds since the epoch as fixed64. `tag` is that of a field with a number below 16. */
  time(tag: number, seconds: number, nano: number): void {
    if (seconds !== this.second) this.beginSecond(seconds);
    this.ensure(9);
    const { view, length: at, secondLow, secondHigh } = this;
    const low = (secondLow + nano) | 0;
    const carry = low >>> 0 < secondLow >>> 0 ? 1 : 0;
    // Without the last zero it is no integer for the compiler, and writing it a call.
    const high = (secondHigh + carry) | 0;
    this.bytes[at] = tag;
    view.setInt32(at + 1, low, true);
    view.setInt32(at + 5, high, true);
    this.length = at + 9;
  }

  /** Without a BigInt: 16 bits of seconds at a time stay exact in doubles. */
  private beginSecond(seconds: number): void {
    this.second = seconds;
    const upper = Math.floor(seconds / 65_536);
    const lowerNano = (seconds - upper * 65_536) * 1e9;
    const upperNano = upper * 1e9;
    const upperHigh = Math.floor(upperNano / 65_536);
    const low = (upperNano - upperHigh * 65_536) * 65_536 + (lowerNano % TWO_32);
    this.secondLow = low | 0;
    this.secondHigh = (upperHigh + Math.floor(lowerNano / TWO_32) + Math.floor(low / TWO_32)) | 0;
  }

  /**
   * Starts a message; `close` wants what this returns, and with it the length's length, of which the right guess spares
   * moving the content.
   */
  open(tag: number, lengthLength = 1): number {
    this.ensure(10);
    this.length = putVarint(this.bytes, this.length, tag) + lengthLength;
    return this.length;
  }

  close(contentStart: number, lengthLength = 1): void {
    const length = this.length - contentStart;
    const shift = varintLength(length) - lengthLength;
    if (shift !== 0) {
      this.ensure(Math.max(0, shift));
      this.bytes.copyWithin(contentStart + shift, contentStart, this.length);
      this.length += shift;
    }
    putVarint(this.bytes, contentStart - lengthLength, length);
  }

  /** A lone surrogate becomes U+FFFD. */
  text(tag: number, text: string): void {
    const { length } = text;
    this.ensure(length + 16);
    const start = this.length;
    const content = putVarint(this.bytes, putVarint(this.bytes, start, tag), length);
    const end = putAscii(this.bytes, this.view, content, text);
    if (end >= 0) {
      this.length = end;
      return;
    }
    this.ensure(3 * length + 16);
    const opened = this.open(tag);
    this.length += putText(this.bytes, opened, text);
    this.close(opened);
  }

  attributes(tag: number, attributes: AttributeList): void {
    for (let i = 0, key = keyAt(attributes, 0); key !== undefined; i += 2, key = keyAt(attributes, i)) {
      this.keyValue(tag, key, attributes[i + 1]);
    }
  }

  keyValue(tag: number, key: string, value: RecordedValue | undefined): void {
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
    this.ensure(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
