import { mixHash } from './byte-interner.ts';

/*
 * Events and links are stored encoded. What a search needs of their attributes are tokens: a 32-bit hash of each key,
 * and one of each key with its string value. An array's key gets a third one, because a comparison holds for an array
 * if any element satisfies it. Conditions on tokens over-approximate.
 */
const KEY = 1;
const VALUE = 2;
const ARRAY = 3;

const PRIME = 0x01000193;
const BASIS = 0x811c9dc5 | 0;

function hashRange(seed: number, source: Uint8Array, start: number, end: number): number {
  let hash = seed;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ source[i]!, PRIME);
  return hash;
}

export function keyToken(key: Uint8Array): number {
  return mixHash(hashRange(BASIS, key, 0, key.length) ^ KEY);
}

export function arrayToken(key: Uint8Array): number {
  return mixHash(hashRange(BASIS, key, 0, key.length) ^ ARRAY);
}

export function valueToken(key: Uint8Array, value: Uint8Array): number {
  const hash = hashRange(BASIS, key, 0, key.length) ^ VALUE;
  return mixHash(hashRange(hash, value, 0, value.length));
}

/** What a walk over an encoded event or link found. One object, used again for each. */
export interface TokenSink {
  token(hash: number): void;
}

/**
 * Calls `sink` with the tokens of the attributes in field `attributesField` of the encoded message at `[start, end)`.
 * The message was validated when it was received; a walk that meets anything unexpected stops.
 */
export function walkAttributeTokens(
  source: Uint8Array,
  start: number,
  end: number,
  attributesField: number,
  sink: TokenSink,
): void {
  let at = start;
  while (at < end) {
    at = readField(source, at, end);
    if (at < 0) return;
    if (fieldNumber === attributesField && wireType === 2) keyValueTokens(source, payloadStart, at, sink);
  }
}

/** The range of the payload of the last occurrence of a length-delimited field, as `[start, end)`; (0, 0) if absent. */
export function findBytesField(source: Uint8Array, start: number, end: number, field: number, into: Range): void {
  into.start = 0;
  into.end = 0;
  let at = start;
  while (at < end) {
    at = readField(source, at, end);
    if (at < 0) return;
    if (fieldNumber === field && wireType === 2) {
      into.start = payloadStart;
      into.end = at;
    }
  }
}

export interface Range {
  start: number;
  end: number;
}

const keyRange: Range = { start: 0, end: 0 };
const valueRange: Range = { start: 0, end: 0 };
const stringRange: Range = { start: 0, end: 0 };

function keyValueTokens(source: Uint8Array, start: number, end: number, sink: TokenSink): void {
  findBytesField(source, start, end, 1, keyRange);
  findBytesField(source, start, end, 2, valueRange);
  const keyHash = hashRange(BASIS, source, keyRange.start, keyRange.end);
  sink.token(mixHash(keyHash ^ KEY));
  let at = valueRange.start;
  // Of a oneof that is there more than once the last one counts; a token for each is a superset.
  while (at < valueRange.end) {
    at = readField(source, at, valueRange.end);
    if (at < 0) return;
    if (wireType !== 2) continue;
    if (fieldNumber === 1) {
      stringRange.start = payloadStart;
      stringRange.end = at;
      sink.token(mixHash(hashRange(keyHash ^ VALUE, source, stringRange.start, stringRange.end)));
    } else if (fieldNumber === 5) {
      sink.token(mixHash(keyHash ^ ARRAY));
    }
  }
}

/**
 * Hash of an encoded message that stays the same when the entries of attribute maps in it are in another order: of a
 * `Span.Event` (attributes in field 3), a `Span.Link` (4) or a `KeyValueList` (1).
 */
export function hashWithMapEntries(source: Uint8Array, start: number, end: number, entriesField: number): number {
  let sum = 0;
  let at = start;
  while (at < end) {
    at = readField(source, at, end);
    if (at < 0) return sum;
    const field = fieldNumber;
    sum =
      (sum +
        mixHash(
          field === entriesField
            ? hashEntry(source, payloadStart, at)
            : hashRange(Math.imul(BASIS ^ field, PRIME), source, payloadStart, at),
        )) |
      0;
  }
  return sum;
}

/** A `KeyValue`. */
function hashEntry(source: Uint8Array, start: number, end: number): number {
  let hash = BASIS;
  let at = start;
  while (at < end) {
    at = readField(source, at, end);
    if (at < 0) return hash;
    const own = fieldNumber === 2 ? hashValue(source, payloadStart, at) : hashRange(PRIME, source, payloadStart, at);
    hash = (hash + mixHash(own)) | 0;
  }
  return hash;
}

/** An `AnyValue`: arrays in order, maps in any. */
function hashValue(source: Uint8Array, start: number, end: number): number {
  let hash = VALUE;
  let at = start;
  while (at < end) {
    at = readField(source, at, end);
    if (at < 0) return hash;
    const field = fieldNumber;
    const from = payloadStart;
    hash = Math.imul(hash ^ field, PRIME);
    if (field === 5) hash = Math.imul(hash ^ hashArray(source, from, at), PRIME);
    else if (field === 6) hash = Math.imul(hash ^ hashWithMapEntries(source, from, at, 1), PRIME);
    else hash = hashRange(hash, source, from, at);
  }
  return mixHash(hash);
}

/** An `ArrayValue`. */
export function hashArray(source: Uint8Array, start: number, end: number): number {
  let hash = ARRAY;
  let at = start;
  while (at < end) {
    at = readField(source, at, end);
    if (at < 0) return hash;
    hash = Math.imul(hash ^ hashValue(source, payloadStart, at), PRIME);
  }
  return mixHash(hash);
}

let fieldNumber = 0;
let wireType = 0;
let payloadStart = 0;

/** Reads one field's tag and skips its payload. Returns where it ends, -1 if it does not end before `end`. */
function readField(source: Uint8Array, start: number, end: number): number {
  let at = start;
  let tag = 0;
  let shift = 1;
  let byte: number;
  do {
    if (at >= end || shift > 2 ** 35) return -1;
    byte = source[at++]!;
    tag += (byte & 127) * shift;
    shift *= 128;
  } while (byte > 127);
  fieldNumber = Math.floor(tag / 8);
  wireType = tag % 8;
  payloadStart = at;
  switch (wireType) {
    case 0:
      for (; at < end;) if (source[at++]! < 128) return at;
      return -1;
    case 1:
      at += 8;
      break;
    case 2: {
      let length = 0;
      shift = 1;
      do {
        if (at >= end || shift > 2 ** 35) return -1;
        byte = source[at++]!;
        length += (byte & 127) * shift;
        shift *= 128;
      } while (byte > 127);
      payloadStart = at;
      at += length;
      break;
    }
    case 5:
      at += 4;
      break;
    default:
      return -1;
  }
  return at <= end ? at : -1;
}
