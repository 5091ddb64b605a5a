import { DecodeError } from '../decode-error.ts';

/*
 * The protobuf wire format, read from `bytes` without objects. A function that needs to give back more than one number
 * leaves the rest in these variables; they hold until the next call. Reading is synchronous, so nothing else runs
 * between the call and the look at them.
 */

/** Where the last varint ended that was not read into the halves. */
export let position = 0;
/** The last 64-bit varint's low and high half, as int32. */
export let low = 0;
export let high = 0;

/** Groups, long out of use but part of the format, are skipped to this depth. */
const MAX_GROUP_DEPTH = 32;

export function malformed(what: string, offset: number): DecodeError {
  return new DecodeError('malformed_payload', `malformed OTLP protobuf: ${what} at byte ${offset}`);
}

/**
 * The rest of a varint whose first byte `first` (>= 0x80) stands before `offset`, as a number: exact up to 2^53, and
 * large enough beyond to fail every bound. Ends at {@link position}.
 */
export function readVarintTail(bytes: Uint8Array, offset: number, first: number): number {
  let value = first & 0x7f;
  let factor = 0x80;
  for (let count = 1; count < 10; count++) {
    const byte = bytes[offset++];
    if (byte === undefined) throw malformed('truncated varint', offset - 1);
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      position = offset;
      return value;
    }
    factor *= 0x80;
  }
  throw malformed('varint of more than 10 bytes', offset);
}

/** A tag or length, as a number. Ends at {@link position}. */
export function readVarint(bytes: Uint8Array, offset: number): number {
  const first = bytes[offset];
  if (first === undefined) throw malformed('truncated varint', offset);
  if (first >= 0x80) return readVarintTail(bytes, offset + 1, first);
  position = offset + 1;
  return first;
}

/** The length of a field and, left in {@link position}, the start of its content. Returns where the content ends. */
export function readRange(bytes: Uint8Array, offset: number, end: number): number {
  const length = readVarint(bytes, offset);
  if (!(length <= end - position)) throw malformed('field that ends behind its message', offset);
  return position + length;
}

/** The halves of a fixed64 into {@link low} and {@link high}. Returns where it ends. */
export function readFixed64(bytes: Uint8Array, offset: number, end: number): number {
  if (end - offset < 8) throw malformed('truncated fixed64', offset);
  low = readFixed32(bytes, offset, end);
  high = readFixed32(bytes, offset + 4, end);
  return offset + 8;
}

/** A fixed32 as an int32. */
export function readFixed32(bytes: Uint8Array, offset: number, end: number): number {
  if (end - offset < 4) throw malformed('truncated fixed32', offset);
  return (
    (bytes[offset] ?? 0) |
    ((bytes[offset + 1] ?? 0) << 8) |
    ((bytes[offset + 2] ?? 0) << 16) |
    ((bytes[offset + 3] ?? 0) << 24)
  );
}

/** A varint from its first byte on, into {@link low} and {@link high}; bits beyond 64 are lost. Returns where it ends. */
export function readVarint64(bytes: Uint8Array, offset: number): number {
  let lowBits = 0;
  let highBits = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = bytes[offset++];
    if (byte === undefined) throw malformed('truncated varint', offset - 1);
    const bits = byte & 0x7f;
    if (shift < 28) {
      lowBits |= bits << shift;
    } else if (shift === 28) {
      lowBits |= bits << 28;
      highBits = bits >> 4;
    } else {
      // At 63 all but the lowest bit fall out, as they should.
      highBits |= bits << (shift - 32);
    }
    if (byte < 0x80) {
      low = lowBits;
      high = highBits;
      return offset;
    }
  }
  throw malformed('varint of more than 10 bytes', offset);
}

/**
 * Skips a field whose tag has been read. A field number up to `lastKnownField` came here because its wire type is not
 * the one it must have, which is an error. Returns where the field ends, at most `end`.
 */
export function skipField(bytes: Uint8Array, tag: number, offset: number, end: number, lastKnownField: number): number {
  checkTag(tag, offset);
  const field = tag >>> 3;
  if (field <= lastKnownField) throw malformed(`field ${field} with wire type ${tag & 7}`, offset);
  const after = (tag & 7) === 3 ? skipGroup(bytes, field, offset, end) : skipValue(bytes, tag, offset, end);
  if (after > end) throw malformed('field that ends behind its message', offset);
  return after;
}

function checkTag(tag: number, offset: number): void {
  if (!(tag <= 0xffff_ffff) || tag >>> 3 === 0) throw malformed('invalid field number', offset);
}

function skipValue(bytes: Uint8Array, tag: number, offset: number, end: number): number {
  switch (tag & 7) {
    case 0:
      return readVarint64(bytes, offset);
    case 1:
      return offset + 8;
    case 2:
      return readRange(bytes, offset, end);
    case 5:
      return offset + 4;
    default:
      throw malformed(`wire type ${tag & 7}`, offset);
  }
}

function skipGroup(bytes: Uint8Array, field: number, offset: number, end: number): number {
  const open = [field];
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    checkTag(tag, offset);
    if ((tag & 7) === 3) {
      if (open.length === MAX_GROUP_DEPTH) {
        throw new DecodeError('payload_too_deep', `OTLP protobuf with more than ${MAX_GROUP_DEPTH} nested groups`);
      }
      open.push(tag >>> 3);
    } else if ((tag & 7) === 4) {
      if (open.pop() !== tag >>> 3) throw malformed('end of a group that is not open', offset);
      if (open.length === 0) return offset;
    } else {
      offset = skipValue(bytes, tag, offset, end);
    }
  }
  throw malformed('unfinished group', offset);
}

/** A message's last field must end where the message ends. */
export function checkEnd(offset: number, end: number): void {
  if (offset !== end) throw malformed('field that ends behind its message', offset);
}
