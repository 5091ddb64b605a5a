import type { AttributeValue } from '@throughline/model';
import { MAX_VALUE_DEPTH } from '../otlp/limits.ts';
import { isJsonObject } from './json-object.ts';

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** The int64, or undefined where 64 signed bits cannot hold it. */
export function validInt64(value: bigint): bigint | undefined {
  return value >= MIN_INT64 && value <= MAX_INT64 ? value : undefined;
}

/**
 * A plain JSON value as an attribute value. JSON does not tell 1.0 from 1, so an integral number that fits is an int64
 * and any other a double; null stays null. Undefined where the value is nested too deep.
 */
export function attributeFromJson(value: unknown, depth: number = MAX_VALUE_DEPTH): AttributeValue | undefined {
  if (depth === 0) return undefined;
  if (typeof value === 'number') return numberFromJson(value);
  if (typeof value === 'bigint') return validInt64(value) ?? Number(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    const items: AttributeValue[] = [];
    for (const element of value) {
      const item = attributeFromJson(element, depth - 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
  if (!isJsonObject(value)) return null;
  const map = new Map<string, AttributeValue>();
  for (const [key, element] of Object.entries(value)) {
    const item = attributeFromJson(element, depth - 1);
    if (item === undefined) return undefined;
    map.set(key, item);
  }
  return map;
}

/** Integral (but not -0) and within 64 bits: int64. Else double. */
export function numberFromJson(value: number): bigint | number {
  if (!Number.isInteger(value) || Object.is(value, -0)) return value;
  return validInt64(BigInt(value)) ?? value;
}
