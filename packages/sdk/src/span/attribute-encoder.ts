import { type AttributeList, keyAt } from './attribute-list.ts';
import { ByteArena } from './byte-arena.ts';
import { type Block, blockOf, putBlock } from './block.ts';
import { putAscii } from './text-bytes.ts';
import { putVarint, varintLength } from './varint.ts';

const MAX_KNOWN_KEYS = 1024;
/** So that a `KeyValue` of a known key and a number is below 128 bytes. */
const MAX_KNOWN_KEY_LENGTH = 64;
/** A flood of keys that no longer come must not keep out those that do. */
const MAX_MISSED_KEYS = 16 * MAX_KNOWN_KEYS;
/** Of a pair without its texts: tags and lengths. */
const PAIR_OVERHEAD = 32;

const KEY = 10;
const VALUE = 18;
const STRING_VALUE = 10;
const BOOL_VALUE = 16;
const INT_VALUE = 24;
const DOUBLE_VALUE = 33;

interface KnownKey {
  readonly key: string;
  /** The field `KeyValue.key`. */
  readonly field: Block;
  /** What came behind it last: most spans of an application have the same keys in the same order. */
  next: KnownKey | undefined;
}

/**
 * Writes attributes (`KeyValue`), and keeps keys encoded, as many as have room. Values are not kept: most are new strings,
 * which are written sooner than they are looked up.
 */
export class AttributeEncoder {
  private readonly keys: Map<string, KnownKey> = new Map<string, KnownKey>();
  private readonly scratch: ByteArena = new ByteArena();
  /** Stands before the first key. */
  private readonly start: KnownKey = this.knownKey('');
  private missedKeys = 0;

  /** `tag` is that of a field with a number below 16. */
  write(arena: ByteArena, tag: number, attributes: AttributeList): void {
    let { bytes, view, length: at } = arena;
    let previous = this.start;
    for (let i = 0, key = keyAt(attributes, 0); key !== undefined; i += 2, key = keyAt(attributes, i)) {
      const value = attributes[i + 1];
      let known = previous.next;
      if (known === undefined || known.key !== key) {
        known = this.keys.get(key) ?? this.learn(key);
        if (known !== undefined) previous.next = known;
      }
      let end = -1;
      if (known !== undefined) {
        previous = known;
        const needed = known.field.length + PAIR_OVERHEAD + (typeof value === 'string' ? value.length : 0);
        if (at + needed > bytes.length) {
          arena.length = at;
          arena.ensure(needed);
          ({ bytes, view } = arena);
        }
        if (typeof value === 'string') end = putText(bytes, view, at, tag, known.field, value);
        else if (typeof value === 'number') end = putNumber(bytes, view, at, tag, known.field, value);
        else if (typeof value === 'boolean')
          end = putSmall(bytes, view, at, tag, known.field, BOOL_VALUE, value ? 1 : 0);
      }
      if (end >= 0) at = end;
      else {
        arena.length = at;
        arena.keyValue(tag, key, value);
        ({ bytes, view, length: at } = arena);
      }
    }
    arena.length = at;
  }

  private learn(key: string): KnownKey | undefined {
    if (this.keys.size >= MAX_KNOWN_KEYS) {
      if (++this.missedKeys <= MAX_MISSED_KEYS) return undefined;
      this.forgetKeys();
    }
    if (key.length > MAX_KNOWN_KEY_LENGTH || !isAscii(key)) return undefined;
    const known = this.knownKey(key);
    this.keys.set(key, known);
    return known;
  }

  private forgetKeys(): void {
    this.missedKeys = 0;
    this.keys.clear();
    this.start.next = undefined;
  }

  private knownKey(key: string): KnownKey {
    const { scratch } = this;
    scratch.length = 0;
    scratch.text(KEY, key);
    const field = blockOf(scratch.bytes.subarray(0, scratch.length));
    return { key, field, next: undefined };
  }
}

/*
 * These return where the attribute ends, or -1 if it is to be written in the other way. There is room for it.
 */

/** Lengths come before texts: they are right if the text is ASCII. */
function putText(
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView<ArrayBuffer>,
  start: number,
  tag: number,
  field: Block,
  text: string,
): number {
  const { length } = text;
  let at = start;
  bytes[at++] = tag;
  const shortLength = field.length + 4 + length;
  if (shortLength < 0x80) {
    bytes[at++] = shortLength;
    at = putBlock(view, at, field);
    bytes[at++] = VALUE;
    bytes[at++] = length + 2;
    bytes[at++] = STRING_VALUE;
    bytes[at++] = length;
  } else {
    at = putLongHead(bytes, view, at, field, length);
  }
  return putAscii(bytes, view, at, text);
}

/** What stands before a text of `length` bytes with which a pair is not below 128 bytes; returns where it ends. */
function putLongHead(
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView<ArrayBuffer>,
  start: number,
  field: Block,
  length: number,
): number {
  const valueLength = 1 + varintLength(length) + length;
  let at = putVarint(bytes, start, field.length + 1 + varintLength(valueLength) + valueLength);
  at = putBlock(view, at, field);
  bytes[at++] = VALUE;
  at = putVarint(bytes, at, valueLength);
  bytes[at++] = STRING_VALUE;
  return putVarint(bytes, at, length);
}

function putNumber(
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView<ArrayBuffer>,
  start: number,
  tag: number,
  field: Block,
  value: number,
): number {
  // Small integers, -0 among them, which is 0.
  if ((value | 0) === value && value >= 0) return putSmall(bytes, view, start, tag, field, INT_VALUE, value);
  if (Number.isInteger(value)) return -1;
  let at = start;
  bytes[at++] = tag;
  bytes[at++] = field.length + 11;
  at = putBlock(view, at, field);
  bytes[at++] = VALUE;
  bytes[at++] = 9;
  bytes[at++] = DOUBLE_VALUE;
  view.setFloat64(at, value, true);
  return at + 8;
}

function putSmall(
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView<ArrayBuffer>,
  start: number,
  tag: number,
  field: Block,
  valueTag: number,
  value: number,
): number {
  const length = varintLength(value);
  let at = start;
  bytes[at++] = tag;
  bytes[at++] = field.length + 3 + length;
  at = putBlock(view, at, field);
  bytes[at++] = VALUE;
  bytes[at++] = 1 + length;
  bytes[at++] = valueTag;
  return putVarint(bytes, at, value);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}
