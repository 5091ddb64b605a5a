import { DecodeError } from '../decode-error.ts';

/** A position in Thrift bytes that cannot leave them. */
export class ThriftBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** Moves over the next `length` bytes and returns where they start. */
  #advance(length: number): number {
    if (length > this.remaining) throw this.malformed(`${length} bytes expected, ${this.remaining} left`);
    const start = this.#at;
    this.#at += length;
    return start;
  }

  peekUint8(): number {
    return this.#bytes[this.#at] ?? 0;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  int8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  int16(): number {
    return this.#view.getInt16(this.#advance(2));
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#advance(8));
  }

  double(littleEndian: boolean): number {
    return this.#view.getFloat64(this.#advance(8), littleEndian);
  }

  /** A view of the next bytes. */
  view(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  malformed(what: string): DecodeError {
    return new DecodeError('malformed_payload', `Thrift: ${what} at byte ${this.#at}`);
  }
}
