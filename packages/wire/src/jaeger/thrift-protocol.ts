import { DecodeError } from '../decode-error.ts';

/** Thrift's type ids as the binary protocol writes them; the compact protocol's are translated to these. */
export const ThriftType = {
  STOP: 0,
  BOOL: 2,
  BYTE: 3,
  DOUBLE: 4,
  I16: 6,
  I32: 8,
  I64: 10,
  STRING: 11,
  STRUCT: 12,
  MAP: 13,
  SET: 14,
  LIST: 15,
} as const;
export type ThriftType = (typeof ThriftType)[keyof typeof ThriftType];

/**
 * Reads the pieces of one Thrift encoding in the order of the bytes. Every method throws `DecodeError` where the bytes
 * end too early or are not allowed. Counts and lengths have been checked against the bytes that are left: a collection
 * of `n` elements is followed by at least `n` bytes.
 */
export interface ThriftProtocol {
  structBegin(): void;
  structEnd(): void;
  /** The type of the next field, STOP after the last; its id is then in {@link fieldId}. */
  fieldBegin(): ThriftType;
  readonly fieldId: number;
  /** A list's or set's length; its type is then in {@link elementType}. */
  listBegin(): number;
  readonly elementType: ThriftType;
  /** A map's length; the types are then in {@link keyType} and {@link elementType}. */
  mapBegin(): number;
  readonly keyType: ThriftType;
  bool(): boolean;
  byte(): number;
  i16(): number;
  i32(): number;
  i64(): bigint;
  double(): number;
  /** Bytes of the shortest field whose value is an integer of 32 bits or longer, a text or a collection. */
  readonly minFieldBytes: number;
  readonly remaining: number;
  /** A string's or binary's bytes: a view, not a copy. */
  binary(): Uint8Array;
}

/** How deep structs and collections of unknown fields may nest. */
export const MAX_THRIFT_DEPTH = 64;

/**
 * Reads a struct. `readField` gets each field's id and type and returns whether it has read the value; what it leaves
 * (unknown, or of another type than expected) is skipped, as Thrift's generated readers do.
 */
export function readStruct(protocol: ThriftProtocol, readField: (id: number, type: ThriftType) => boolean): void {
  protocol.structBegin();
  for (;;) {
    const type = protocol.fieldBegin();
    if (type === ThriftType.STOP) break;
    if (!readField(protocol.fieldId, type)) skip(protocol, type, MAX_THRIFT_DEPTH);
  }
  protocol.structEnd();
}

/**
 * Reads a list of structs. A list of anything else is skipped. Structs without their required fields are refused where
 * that shows in the size of the list: a few bytes of empty structs must not cost as much as megabytes of real ones.
 */
export function readStructList(protocol: ThriftProtocol, requiredFieldCount: number, readElement: () => void): void {
  const count = protocol.listBegin();
  const { elementType, remaining } = protocol;
  if (elementType === ThriftType.STRUCT && count * (requiredFieldCount * protocol.minFieldBytes + 1) > remaining) {
    throw new DecodeError('malformed_payload', `Thrift: a list of ${count} structs in ${remaining} bytes`);
  }
  for (let i = 0; i < count; i++) {
    if (elementType === ThriftType.STRUCT) readElement();
    else skip(protocol, elementType, MAX_THRIFT_DEPTH);
  }
}

function skip(protocol: ThriftProtocol, type: ThriftType, depth: number): void {
  if (depth === 0) throw new DecodeError('payload_too_deep', `Thrift: nested deeper than ${MAX_THRIFT_DEPTH} levels`);
  switch (type) {
    case ThriftType.BOOL:
      protocol.bool();
      break;
    case ThriftType.BYTE:
      protocol.byte();
      break;
    case ThriftType.I16:
      protocol.i16();
      break;
    case ThriftType.I32:
      protocol.i32();
      break;
    case ThriftType.I64:
      protocol.i64();
      break;
    case ThriftType.DOUBLE:
      protocol.double();
      break;
    case ThriftType.STRING:
      protocol.binary();
      break;
    case ThriftType.STRUCT:
      protocol.structBegin();
      for (let field = protocol.fieldBegin(); field !== ThriftType.STOP; field = protocol.fieldBegin()) {
        skip(protocol, field, depth - 1);
      }
      protocol.structEnd();
      break;
    case ThriftType.MAP: {
      const count = protocol.mapBegin();
      const { keyType, elementType } = protocol;
      for (let i = 0; i < count; i++) {
        skip(protocol, keyType, depth - 1);
        skip(protocol, elementType, depth - 1);
      }
      break;
    }
    case ThriftType.SET:
    case ThriftType.LIST: {
      const count = protocol.listBegin();
      const { elementType } = protocol;
      for (let i = 0; i < count; i++) skip(protocol, elementType, depth - 1);
      break;
    }
    case ThriftType.STOP:
      throw new DecodeError('malformed_payload', 'Thrift: a value of no type');
  }
}
