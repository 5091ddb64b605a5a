import type { Attributes } from '@opentelemetry/api';

import { copySimpleValue, copyValue, type RecordedValue } from './copy-value.ts';

/** Attributes as a flat list: key, value, key, value. Looking a key up is a scan, cheaper than a hash for usual counts. */
export type AttributeList = RecordedValue[];

export interface CountedAttributes {
  readonly attributes: AttributeList;
  readonly droppedCount: number;
}

const NONE: CountedAttributes = { attributes: [], droppedCount: 0 };

/** Copies of the valid attributes up to the limit; undefined values are ignored, invalid ones and those above counted. */
export function copyAttributes(
  input: Attributes | undefined,
  countLimit: number,
  lengthLimit: number,
  simple = false,
): CountedAttributes {
  if (typeof input !== 'object' || input === null) return NONE;
  const attributes: AttributeList = [];
  let droppedCount = 0;
  for (const key of Object.keys(input)) {
    const value = input[key];
    if (value === undefined) continue;
    const copy =
      attributes.length >= 2 * countLimit || key === ''
        ? undefined
        : simple
          ? copySimpleValue(value, lengthLimit)
          : copyValue(value, lengthLimit);
    if (copy === undefined) droppedCount++;
    else attributes.push(key, copy);
  }
  return { attributes, droppedCount };
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
