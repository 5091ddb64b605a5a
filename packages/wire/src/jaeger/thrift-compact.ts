import { ThriftBytes } from './thrift-bytes.ts';
import { type ThriftProtocol, ThriftType } from './thrift-protocol.ts';

const COMPACT_TRUE = 1;
const COMPACT_FALSE = 2;

/** The compact protocol's type ids, by number. Both booleans are BOOL. */
const TYPES: readonly (ThriftType | undefined)[] = [
  undefined,
  ThriftType.BOOL,
  ThriftType.BOOL,
  ThriftType.BYTE,
  ThriftType.I16,
  ThriftType.I32,
  ThriftType.I64,
  ThriftType.DOUBLE,
  ThriftType.STRING,
  ThriftType.LIST,
  ThriftType.SET,
  ThriftType.MAP,
  ThriftType.STRUCT,
];

/**
 * Thrift's TCompactProtocol, without the message header. Every value takes at least one byte.
 * Source: Apache Thrift, doc/specs/thrift-compact-protocol.md.
 */
export class CompactProtocol implements ThriftProtocol {
  readonly #bytes: ThriftBytes;
  readonly minFieldBytes = 2;
  fieldId = 0;
  elementType: ThriftType = ThriftType.STOP;
  keyType: ThriftType = ThriftType.STOP;
  /** The field ids before the open structs: ids are written as differences. */
  readonly #outerFieldIds: number[] = [];
  /** A boolean field's value is part of its header. */
  #fieldBool: boolean | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = new ThriftBytes(bytes);
  }

  get remaining(): number {
    return this.#bytes.remaining;
  }

  structBegin(): void {
    this.#outerFieldIds.push(this.fieldId);
    this.fieldId = 0;
  }

  structEnd(): void {
    this.fieldId = this.#outerFieldIds.pop() ?? 0;
  }

  fieldBegin(): ThriftType {
    const header = this.#bytes.uint8();
    if (header === 0) return ThriftType.STOP;
    const delta = header >> 4;
    this.fieldId = delta === 0 ? this.i16() : this.fieldId + delta;
    const type = header & 0x0f;
    this.#fieldBool = type === COMPACT_TRUE ? true : type === COMPACT_FALSE ? false : undefined;
    return this.#known(type);
  }

  listBegin(): number {
    const header = this.#bytes.uint8();
    this.elementType = this.#known(header & 0x0f);
    return this.#count(header >> 4 === 15 ? this.#uint32() : header >> 4);
  }

  mapBegin(): number {
    const count = this.#count(this.#uint32());
    if (count === 0) return 0;
    const types = this.#bytes.uint8();
    this.keyType = this.#known(types >> 4);
    this.elementType = this.#known(types & 0x0f);
    return count;
  }

  #known(type: number): ThriftType {
    const known = TYPES[type];
    if (known === undefined) throw this.#bytes.malformed(`unknown type ${type}`);
    return known;
  }

  #count(count: number): number {
    if (count > this.remaining)
      throw this.#bytes.malformed(`a collection of ${count} elements in ${this.remaining} bytes`);
    return count;
  }

  bool(): boolean {
    const value = this.#fieldBool ?? this.#bytes.uint8() === COMPACT_TRUE;
    this.#fieldBool = undefined;
    return value;
  }

  byte(): number {
    return this.#bytes.int8();
  }

  i16(): number {
    return (this.i32() << 16) >> 16;
  }

  i32(): number {
    const zigzag = this.#uint32();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  i64(): bigint {
    const zigzag = this.#varint(10);
    return BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n));
  }

  double(): number {
    return this.#bytes.double(true);
  }

  binary(): Uint8Array {
    return this.#bytes.view(this.#uint32());
  }

  #uint32(): number {
    return Number(BigInt.asUintN(32, this.#varint(5)));
  }

  #varint(maxBytes: number): bigint {
    let value = 0n;
    for (let i = 0; i < maxBytes; i++) {
      const byte = this.#bytes.uint8();
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw this.#bytes.malformed(`an integer of more than ${maxBytes} bytes`);
  }
}
