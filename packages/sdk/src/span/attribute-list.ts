import { type Attributes, diag } from '@opentelemetry/api';

import { copySimpleValue, copyValue, type RecordedValue } from './copy-value.ts';

/**
 * Attributes as a flat list: key, value, key, value. It ends where it ends or at `undefined`. Looking a key up is a scan,
 * cheaper than a hash for usual counts.
 */
export type AttributeList = (RecordedValue | undefined)[];

/** Shared by all who have no attributes: never written to. Emptied, so that it is of the same kind as the others. */
export const NO_ATTRIBUTES: AttributeList = ['', ''];
NO_ATTRIBUTES.length = 0;

/** With room for ten: a list that grows from two leaves its smaller selves behind as garbage. */
export function attributeListOf(key: string, value: RecordedValue): AttributeList {
  // A literal is made at once, which `new Array` and `fill` are not.
  // prettier-ignore
  return [
    key, value, undefined, undefined, undefined, undefined, undefined, undefined,
    undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined,
    undefined, undefined, undefined, undefined,
  ];
}

interface CountedAttributes {
  attributes: AttributeList;
  droppedCount: number;
  /** Of the list, as far as it is filled. */
  length: number;
  /** `lengthBit` of all keys. */
  keyLengths: number;
}

/** What `copyAttributes` returns: it is that of the last call, and whoever calls reads it at once. */
const counted: CountedAttributes = { attributes: NO_ATTRIBUTES, droppedCount: 0, length: 0, keyLengths: 0 };

function countedOf(
  attributes: AttributeList,
  droppedCount: number,
  length: number,
  keyLengths: number,
): Readonly<CountedAttributes> {
  counted.attributes = attributes;
  counted.droppedCount = droppedCount;
  counted.length = length;
  counted.keyLengths = keyLengths;
  return counted;
}

/** A key whose bit is not among those of other keys is none of them: most keys of a span differ in length already. */
export function lengthBit(key: string): number {
  return 1 << (key.length & 31);
}

/**
 * Copies of the valid attributes up to the limit; undefined values are ignored, invalid ones and those above counted.
 * A list without attributes is `NO_ATTRIBUTES`.
 */
export function copyAttributes(
  input: Readonly<Attributes> | undefined,
  countLimit: number,
  lengthLimit: number,
  simple = false,
): Readonly<CountedAttributes> {
  if (typeof input !== 'object' || input === null) return countedOf(NO_ATTRIBUTES, 0, 0, 0);
  let attributes = NO_ATTRIBUTES;
  let length = 0;
  let keyLengths = 0;
  let droppedCount = 0;
  try {
    // Takes no list of the keys, unlike `Object.keys`. Within `for in` V8 does away with a call of `hasOwnProperty`, which
    // it does not with one of `Object.hasOwn`; written out, because some bundlers make a variable of a module's constant.
    for (const key in input) {
      if (!Object.prototype.hasOwnProperty.call(input, key)) continue;
      const value = input[key];
      if (value === undefined) continue;
      const copy =
        length >= 2 * countLimit || key === ''
          ? undefined
          : simple
            ? copySimpleValue(value, lengthLimit)
            : copyValue(value, lengthLimit);
      if (copy === undefined) {
        droppedCount++;
        continue;
      }
      if (length === 0) {
        attributes = attributeListOf(key, copy);
      } else {
        attributes[length] = key;
        attributes[length + 1] = copy;
      }
      keyLengths |= lengthBit(key);
      length += 2;
    }
  } catch (error) {
    // Of the application's object: its getters may throw.
    diag.warn('attributes cannot be read', error);
    droppedCount++;
  }
  return countedOf(attributes, droppedCount, length, keyLengths);
}

/** Where the key stands, or would be added: there the list ends or holds `undefined`. */
export function placeOfKey(attributes: AttributeList, key: string): number {
  let place = 0;
  while (place < attributes.length && attributes[place] !== undefined && attributes[place] !== key) place += 2;
  return place;
}

/** Whether there are at least `count`, above 0. */
export function hasAttributes(attributes: AttributeList, count: number): boolean {
  return attributes.length >= 2 * count && attributes[2 * (count - 1)] !== undefined;
}

/** Keys stand at even places; undefined behind the last one. */
export function keyAt(attributes: AttributeList, index: number): string | undefined {
  if (index >= attributes.length) return undefined;
  const key = attributes[index];
  return typeof key === 'string' ? key : undefined;
}

export function attributesObject(attributes: AttributeList): Attributes {
  const object: Attributes = {};
  for (let i = 0, key = keyAt(attributes, 0); key !== undefined; i += 2, key = keyAt(attributes, i)) {
    object[key] = attributes[i + 1];
  }
  return object;
}
