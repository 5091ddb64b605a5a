import { ThriftBytes } from './thrift-bytes.ts';
import { type ThriftProtocol, ThriftType } from './thrift-protocol.ts';

/** The fewest bytes that a value of a type takes; absent: there is no such type. */
const MIN_SIZE: ReadonlyMap<number, { readonly type: ThriftType; readonly bytes: number }> = new Map(
  (
    [
      [ThriftType.BOOL, 1],
      [ThriftType.BYTE, 1],
      [ThriftType.DOUBLE, 8],
      [ThriftType.I16, 2],
      [ThriftType.I32, 4],
      [ThriftType.I64, 8],
      [ThriftType.STRING, 4],
      [ThriftType.STRUCT, 1],
      [ThriftType.MAP, 6],
      [ThriftType.SET, 5],
      [ThriftType.LIST, 5],
    ] as const
  ).map(([type, bytes]) => [type, { type, bytes }]),
);

const STRICT_VERSION = 0x80;

/**
 * Thrift's TBinaryProtocol. Source: Apache Thrift, doc/specs/thrift-binary-protocol.md.
 */
export class BinaryProtocol implements ThriftProtocol {
  readonly #bytes: ThriftBytes;
  readonly minFieldBytes = 7;
  fieldId = 0;
  elementType: ThriftType = ThriftType.STOP;
  keyType: ThriftType = ThriftType.STOP;

  constructor(bytes: Uint8Array) {
    this.#bytes = new ThriftBytes(bytes);
  }

  get remaining(): number {
    return this.#bytes.remaining;
  }

  /**
   * Reads a message header, strict or old, if the bytes start with one: the message's name, or undefined and nothing
   * read where they start with a bare struct (whose first byte is a field's type, or 0 and the end).
   */
  messageBegin(): string | undefined {
    const first = this.#bytes.peekUint8();
    if (first === STRICT_VERSION) {
      this.#bytes.int32();
    } else if (first !== 0 || this.remaining < 5) {
      return undefined;
    }
    const name = String.fromCharCode(...this.binary().subarray(0, 64));
    if (first !== STRICT_VERSION) this.byte();
    // The sequence id.
    this.i32();
    return name;
  }

  structBegin(): void {}
  structEnd(): void {}

  fieldBegin(): ThriftType {
    const type = this.#bytes.uint8();
    if (type === ThriftType.STOP) return ThriftType.STOP;
    this.fieldId = this.#bytes.int16();
    return this.#known(type).type;
  }

  listBegin(): number {
    const { type, bytes } = this.#known(this.#bytes.uint8());
    const count = this.#count(bytes);
    this.elementType = type;
    return count;
  }

  mapBegin(): number {
    const keyType = this.#bytes.uint8();
    const elementType = this.#bytes.uint8();
    // An empty map may leave its types open.
    if (keyType === 0 && elementType === 0) return this.#count(Infinity);
    const key = this.#known(keyType);
    const element = this.#known(elementType);
    const count = this.#count(key.bytes + element.bytes);
    this.keyType = key.type;
    this.elementType = element.type;
    return count;
  }

  #known(type: number): { readonly type: ThriftType; readonly bytes: number } {
    const known = MIN_SIZE.get(type);
    if (known === undefined) throw this.#bytes.malformed(`unknown type ${type}`);
    return known;
  }

  #count(minBytes: number): number {
    const count = this.#bytes.int32();
    if (count < 0 || (count > 0 && count * minBytes > this.remaining)) {
      throw this.#bytes.malformed(`a collection of ${count} elements in ${this.remaining} bytes`);
    }
    return count;
  }

  bool(): boolean {
    return this.#bytes.uint8() !== 0;
  }

  byte(): number {
    return this.#bytes.int8();
  }

  i16(): number {
    return this.#bytes.int16();
  }

  i32(): number {
    return this.#bytes.int32();
  }

  i64(): bigint {
    return this.#bytes.int64();
  }

  double(): number {
    return this.#bytes.double(false);
  }

  binary(): Uint8Array {
    const length = this.#bytes.int32();
    if (length < 0) throw this.#bytes.malformed(`a text of ${length} bytes`);
    return this.#bytes.view(length);
  }
}
