import { ThriftType } from './thrift-protocol.ts';

const encoder = new TextEncoder();
const INITIAL_CAPACITY = 1 << 12;

/** Writes the pieces of one Thrift encoding in order. Lists are of structs, the only ones Jaeger has. */
export interface ThriftWriter {
  /** The header of a one-way call, which has no answer. */
  callBegin(method: string): void;
  structBegin(): void;
  structEnd(): void;
  /** A field whose value is written next. */
  field(id: number, type: ThriftType): void;
  boolField(id: number, value: boolean): void;
  listBegin(count: number): void;
  i32(value: number): void;
  i64(value: bigint): void;
  double(value: number): void;
  text(value: string): void;
  binary(value: Uint8Array): void;
  /** Bytes that the same encoding wrote before. */
  raw(bytes: Uint8Array): void;
  /** A copy of what was written; the writer is empty again. */
  take(): Uint8Array<ArrayBuffer>;
}

/** A growing buffer with the primitives that both encodings need. */
class ThriftBuffer {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  #advance(count: number): number {
    const start = this.#length;
    if (start + count > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, start + count));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = start + count;
    return start;
  }

  uint8(value: number): void {
    const at = this.#advance(1);
    this.#view.setUint8(at, value);
  }

  int16(value: number): void {
    const at = this.#advance(2);
    this.#view.setInt16(at, value);
  }

  int32(value: number): void {
    const at = this.#advance(4);
    this.#view.setInt32(at, value);
  }

  int64(value: bigint): void {
    const at = this.#advance(8);
    this.#view.setBigInt64(at, value);
  }

  double(value: number, littleEndian: boolean): void {
    const at = this.#advance(8);
    this.#view.setFloat64(at, value, littleEndian);
  }

  varint(value: bigint): void {
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) this.uint8(Number(rest & 0x7fn) | 0x80);
    this.uint8(Number(rest));
  }

  raw(bytes: Uint8Array): void {
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
  }

  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }
}

const STRICT_VERSION_1 = 0x8001;
const ONEWAY = 4;

/** TBinaryProtocol, strict. Source: Apache Thrift, doc/specs/thrift-binary-protocol.md. */
export function thriftBinaryWriter(): ThriftWriter {
  const buffer = new ThriftBuffer();
  const binary = (bytes: Uint8Array): void => {
    buffer.int32(bytes.length);
    buffer.raw(bytes);
  };
  const field = (id: number, type: ThriftType): void => {
    buffer.uint8(type);
    buffer.int16(id);
  };
  return {
    callBegin: (method) => {
      buffer.int16(STRICT_VERSION_1);
      buffer.int16(ONEWAY);
      binary(encoder.encode(method));
      buffer.int32(0);
    },
    structBegin: () => {},
    structEnd: () => buffer.uint8(ThriftType.STOP),
    field,
    boolField: (id, value) => {
      field(id, ThriftType.BOOL);
      buffer.uint8(value ? 1 : 0);
    },
    listBegin: (count) => {
      buffer.uint8(ThriftType.STRUCT);
      buffer.int32(count);
    },
    i32: (value) => buffer.int32(value),
    i64: (value) => buffer.int64(value),
    double: (value) => buffer.double(value, false),
    text: (value) => binary(encoder.encode(value)),
    binary,
    raw: (bytes) => buffer.raw(bytes),
    take: () => buffer.take(),
  };
}

const COMPACT_PROTOCOL = 0x82;
const COMPACT_VERSION_1 = 1;
const COMPACT_STRUCT = 12;

/** The compact protocol's type ids of the types that Jaeger's structs use. */
const COMPACT_TYPES: Readonly<Partial<Record<ThriftType, number>>> = {
  [ThriftType.I32]: 5,
  [ThriftType.I64]: 6,
  [ThriftType.DOUBLE]: 7,
  [ThriftType.STRING]: 8,
  [ThriftType.LIST]: 9,
  [ThriftType.STRUCT]: COMPACT_STRUCT,
};

/** TCompactProtocol. Source: Apache Thrift, doc/specs/thrift-compact-protocol.md. */
export function thriftCompactWriter(): ThriftWriter {
  const buffer = new ThriftBuffer();
  // Field ids are written as differences to the field before, within each struct.
  const outerFieldIds: number[] = [];
  let lastFieldId = 0;
  const header = (id: number, compactType: number): void => {
    // Jaeger's structs have eleven fields at most and write them in order, so the difference always fits four bits.
    buffer.uint8(((id - lastFieldId) << 4) | compactType);
    lastFieldId = id;
  };
  const binary = (bytes: Uint8Array): void => {
    buffer.varint(BigInt(bytes.length));
    buffer.raw(bytes);
  };
  return {
    callBegin: (method) => {
      buffer.uint8(COMPACT_PROTOCOL);
      buffer.uint8((ONEWAY << 5) | COMPACT_VERSION_1);
      buffer.uint8(0);
      binary(encoder.encode(method));
    },
    structBegin: () => {
      outerFieldIds.push(lastFieldId);
      lastFieldId = 0;
    },
    structEnd: () => {
      buffer.uint8(0);
      lastFieldId = outerFieldIds.pop() ?? 0;
    },
    field: (id, type) => header(id, COMPACT_TYPES[type] ?? 0),
    boolField: (id, value) => header(id, value ? 1 : 2),
    listBegin: (count) => {
      if (count < 15) {
        buffer.uint8((count << 4) | COMPACT_STRUCT);
      } else {
        buffer.uint8(0xf0 | COMPACT_STRUCT);
        buffer.varint(BigInt(count));
      }
    },
    i32: (value) => buffer.varint(BigInt(((value << 1) ^ (value >> 31)) >>> 0)),
    i64: (value) => buffer.varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))),
    double: (value) => buffer.double(value, true),
    text: (value) => binary(encoder.encode(value)),
    binary,
    raw: (bytes) => buffer.raw(bytes),
    take: () => buffer.take(),
  };
}
