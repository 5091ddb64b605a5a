import type { Attributes } from '@opentelemetry/api';

import { copySimpleValue, copyValue, type RecordedValue } from './copy-value.ts';

/** Attributes as a flat list: key, value, key, value. Looking a key up is a scan, cheaper than a hash for usual counts. */
export type AttributeList = RecordedValue[];

/** Shared by all who have no attributes: never written to. Emptied, so that it is of the same kind as the others. */
export const NO_ATTRIBUTES: AttributeList = ['', ''];
NO_ATTRIBUTES.length = 0;

export interface CountedAttributes {
  readonly attributes: AttributeList;
  readonly droppedCount: number;
}

const NONE: CountedAttributes = { attributes: NO_ATTRIBUTES, droppedCount: 0 };

/**
 * Copies of the valid attributes up to the limit; undefined values are ignored, invalid ones and those above counted.
 * A list without attributes is `NO_ATTRIBUTES`.
 */
export function copyAttributes(
  input: Readonly<Attributes> | undefined,
  countLimit: number,
  lengthLimit: number,
  simple = false,
): CountedAttributes {
  if (typeof input !== 'object' || input === null) return NONE;
  let attributes = NO_ATTRIBUTES;
  let droppedCount = 0;
  const hasOwnOnly = Object.getPrototypeOf(input) === Object.prototype && !isPrototypeEnumerable();
  // Takes no list of the keys, unlike `Object.keys`.
  for (const key in input) {
    if (!hasOwnOnly && !Object.hasOwn(input, key)) continue;
    const value = input[key];
    if (value === undefined) continue;
    const copy =
      attributes.length >= 2 * countLimit || key === ''
        ? undefined
        : simple
          ? copySimpleValue(value, lengthLimit)
          : copyValue(value, lengthLimit);
    if (copy === undefined) droppedCount++;
    else if (attributes === NO_ATTRIBUTES) attributes = [key, copy];
    else attributes.push(key, copy);
  }
  return { attributes, droppedCount };
}

const PLAIN: object = {};

/** Whether somebody has added enumerable properties to all objects. */
function isPrototypeEnumerable(): boolean {
  // oxlint-disable-next-line guard-for-in -- It is the inherited ones that are looked for.
  for (const _ in PLAIN) return true;
  return false;
}

export function indexOfKey(attributes: AttributeList, key: string): number {
  for (let i = 0; i < attributes.length; i += 2) if (attributes[i] === key) return i;
  return -1;
}

/** Keys stand at even places. */
export function keyAt(attributes: AttributeList, index: number): string {
  const key = attributes[index];
  return typeof key === 'string' ? key : '';
}

export function attributesObject(attributes: AttributeList): Attributes {
  const object: Attributes = {};
  for (let i = 0; i < attributes.length; i += 2) object[keyAt(attributes, i)] = attributes[i + 1];
  return object;
}
