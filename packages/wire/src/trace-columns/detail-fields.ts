import {
  closeField,
  openField,
  writeByteRange,
  writeFixed32,
  writeKeyedRangeField,
  writeRangeField,
  writeVarint,
  writeVarintHalves,
} from '../otlp/protobuf-writer.ts';

/*
 * Fields of an OTLP `Span` message from values that are encoded already, for a `ColumnSource` over stored bytes. Tags are
 * `number << 3 | wire type`. Text is written as it is, UTF-8 or not.
 */

const ATTRIBUTE = 74;
const EVENT = 90;
const LINK = 106;
const VALUE = 18;
const STRING_ATTRIBUTE = { field: ATTRIBUTE, value: VALUE, content: 10 };

/** The field `key` of a `KeyValue` message, for the attribute writers below: made once a key, used by many spans. */
export function attributeKeyField(key: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = key.length;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) length.push((rest & 0x7f) | 0x80);
  const field = new Uint8Array(1 + length.length + 1 + key.length);
  field.set([10, ...length, rest]);
  field.set(key, 2 + length.length);
  return field;
}

/** A string value: `[start, end)` of `source`. */
export function writeStringAttribute(key: Uint8Array, source: Uint8Array, start: number, end: number): void {
  writeKeyedRangeField(STRING_ATTRIBUTE, key, source, start, end);
}

/** An int64 in two's complement, by its two halves. */
export function writeIntAttribute(key: Uint8Array, low: number, high: number): void {
  const attribute = openField(ATTRIBUTE);
  writeByteRange(key, 0, key.length);
  const value = openField(VALUE);
  writeVarint(24);
  writeVarintHalves(low, high);
  closeField(value);
  closeField(attribute);
}

/** An IEEE 754 double by its two halves. */
export function writeDoubleAttribute(key: Uint8Array, low: number, high: number): void {
  const attribute = openField(ATTRIBUTE);
  writeByteRange(key, 0, key.length);
  const value = openField(VALUE);
  writeVarint(33);
  writeFixed32(low);
  writeFixed32(high);
  closeField(value);
  closeField(attribute);
}

export function writeBoolAttribute(key: Uint8Array, is: boolean): void {
  const attribute = openField(ATTRIBUTE);
  writeByteRange(key, 0, key.length);
  const value = openField(VALUE);
  writeVarint(16);
  writeVarint(is ? 1 : 0);
  closeField(value);
  closeField(attribute);
}

/** A value that is an encoded `AnyValue`. */
export function writeEncodedAttribute(key: Uint8Array, source: Uint8Array, start: number, end: number): void {
  const attribute = openField(ATTRIBUTE);
  writeByteRange(key, 0, key.length);
  writeRangeField(VALUE, source, start, end);
  closeField(attribute);
}

/** An encoded `Span.Event`. */
export function writeEncodedEvent(source: Uint8Array, start: number, end: number): void {
  writeRangeField(EVENT, source, start, end);
}

/** An encoded `Span.Link`. */
export function writeEncodedLink(source: Uint8Array, start: number, end: number): void {
  writeRangeField(LINK, source, start, end);
}

/** `trace_state`; left out if empty, as is each of the following. */
export function writeTraceState(source: Uint8Array, start: number, end: number): void {
  if (end > start) writeRangeField(26, source, start, end);
}

export function writeDroppedCounts(attributes: number, events: number, links: number): void {
  writeCount(80, attributes);
  writeCount(96, events);
  writeCount(112, links);
}

/** The message is `[start, end)` of `source`. */
export function writeStatus(code: number, source: Uint8Array, start: number, end: number): void {
  if (code === 0 && end === start) return;
  const status = openField(122);
  if (end > start) writeRangeField(18, source, start, end);
  writeCount(24, code);
  closeField(status);
}

export function writeSpanFlags(flags: number): void {
  if (flags === 0) return;
  writeVarint(133);
  writeFixed32(flags);
}

function writeCount(tag: number, count: number): void {
  if (count === 0) return;
  writeVarint(tag);
  writeVarint(count);
}
