import { DecodeError } from '../decode-error.ts';

/** An object of the parsed text. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A value of the wrong JSON type, on its way out; the message is what was expected. Whoever read it from a field or list
 * puts that in front of `path`, so that paths cost nothing while all is well.
 */
class JsonShapeError extends Error {
  path = '';
}

const MAX_INT64_DIGITS = 20;

/**
 * An integer of 16 or more digits outside of quotes may not fit a double. (Inside of quotes it only costs time.) Only
 * then the slow reviver is worth it.
 */
const LARGE_INTEGER = /[:[,]\s*-?\d{16,}/;

/**
 * The text as JSON, with integers beyond 2^53 as `bigint` where the engine tells a reviver their digits (Node 22 and
 * later, current browsers), else rounded to a double. What the decoders of parsed JSON take is best parsed by this.
 *
 * @throws DecodeError `malformed_payload` if it is not JSON, `payload_too_deep` if it is nested too deeply to be read.
 */
export function parseJsonExactly(text: string): unknown {
  try {
    return LARGE_INTEGER.test(text) ? JSON.parse(text, reviveLargeInteger) : JSON.parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw new DecodeError('payload_too_deep', 'JSON nested too deeply');
    throw new DecodeError('malformed_payload', `not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

function reviveLargeInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  // Longer ones are out of every range anyway, and slow to read.
  if (source === undefined || source.length > MAX_INT64_DIGITS || !/^-?\d+$/.test(source)) return value;
  return BigInt(source);
}

/** Runs `read` and makes a wrong type in it a DecodeError with the path. */
export function readingJson<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof JsonShapeError)) throw error;
    const path = error.path === '' ? '' : `${error.path}: `;
    throw new DecodeError('malformed_payload', `${path}expected ${error.message}`);
  }
}

/** For a value that is not what its field allows; `readList` and the other readers add where. */
export function expected(what: string): Error {
  return new JsonShapeError(what);
}

function at(step: string, error: unknown): unknown {
  if (error instanceof JsonShapeError) {
    const joint = error.path === '' || error.path.startsWith('[') ? '' : '.';
    error.path = `${step}${joint}${error.path}`;
  }
  return error;
}

export function objectFrom(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw expected('an object');
  // Every object that JSON.parse makes, arrays aside, has string keys and unknown values.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as JsonObject;
}

/** The object in a field; undefined if it is absent or null, as proto3 has it. */
export function readObject<T>(object: JsonObject, key: string, read: (object: JsonObject) => T): T | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  try {
    return read(objectFrom(value));
  } catch (error) {
    throw at(key, error);
  }
}

/** Calls `read` for each object of the list in a field; not at all if it is absent or null. */
export function readList(object: JsonObject, key: string, read: (element: JsonObject) => void): void {
  const value = object[key];
  if (value === undefined || value === null) return;
  if (!Array.isArray(value)) throw at(key, expected('an array'));
  let index = 0;
  try {
    for (; index < value.length; index++) read(objectFrom(value[index]));
  } catch (error) {
    throw at(`${key}[${index}]`, error);
  }
}

/** A field that is neither absent nor null. */
export function readField<T>(object: JsonObject, key: string, read: (value: unknown) => T): T {
  try {
    return read(object[key]);
  } catch (error) {
    throw at(key, error);
  }
}

/** How many elements the list in a field has. */
export function listLength(object: JsonObject, key: string): number {
  const value = object[key];
  return Array.isArray(value) ? value.length : 0;
}

export function readText(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  throw at(key, expected('a string'));
}

/** An integer in `[min, max]`, as a number or a string. */
export function readInteger(object: JsonObject, key: string, min: bigint, max: bigint, what: string): bigint {
  const value = object[key];
  if (value === undefined || value === null) return 0n;
  const integer = integerFrom(value);
  if (integer === undefined || integer < min || integer > max) throw at(key, expected(what));
  return integer;
}

function integerFrom(value: unknown): bigint | undefined {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number':
      return Number.isInteger(value) ? BigInt(value) : undefined;
    case 'string':
      return value.length <= MAX_INT64_DIGITS && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
    default:
      return undefined;
  }
}

const MAX_UINT64 = 2n ** 64n - 1n;

/** Nanoseconds since the epoch. */
export function readUint64(object: JsonObject, key: string): bigint {
  return readInteger(object, key, 0n, MAX_UINT64, 'an unsigned 64-bit integer');
}

export function readUint32(object: JsonObject, key: string): number {
  if (object[key] === undefined) return 0;
  return Number(readInteger(object, key, 0n, 0xffff_ffffn, 'an unsigned 32-bit integer'));
}

/** An enum by number (0 if it is none of `names`) or by name. */
export function readEnum(object: JsonObject, key: string, names: readonly string[]): number {
  const value = object[key];
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value > 0 && value < names.length ? value : 0;
  const number = typeof value === 'string' ? names.indexOf(value) : -1;
  if (number === -1) throw at(key, expected(`an integer or one of ${names.join(', ')}`));
  return number;
}
