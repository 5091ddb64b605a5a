import type { AttributeValue } from '@throughline/model';
import { attributeText } from '../mapping/attribute-text.ts';
import { attributeFromJson, validInt64 } from '../mapping/attribute-from-json.ts';
import { base64FromBytes, bytesFromBase64 } from '../base64.ts';
import { isJsonObject, optionalArray } from '../mapping/json-object.ts';

/**
 * A tag (or a field of a log) of the query API's JSON. int64 beyond 2^53 and doubles that are not finite (and -0) are strings,
 * binary is base64.
 */
export interface JaegerTagJson {
  readonly key: string;
  readonly type: 'string' | 'bool' | 'int64' | 'float64' | 'binary';
  readonly value: string | number | boolean;
}

export interface ReadTags {
  readonly tags: Map<string, AttributeValue>;
  readonly unreadableCount: number;
}

/** A JSON tag list; what is not a tag is counted. Absent or null is no tags. */
export function readTagList(list: unknown): ReadTags {
  const tags = new Map<string, AttributeValue>();
  const elements = optionalArray(list);
  if (elements === undefined) return { tags, unreadableCount: 1 };
  let unreadableCount = 0;
  for (const tag of elements) {
    const key = isJsonObject(tag) ? tag['key'] : undefined;
    const value = isJsonObject(tag) ? tagValue(tag['type'], tag['value']) : undefined;
    if (typeof key === 'string' && value !== undefined) tags.set(key, value);
    else unreadableCount++;
  }
  return { tags, unreadableCount };
}

/** A value of a type that does not match, or of no type that Jaeger knows, is read for what it looks like. */
function tagValue(type: unknown, value: unknown): AttributeValue | undefined {
  switch (typeof type === 'string' ? type.toLowerCase() : '') {
    case 'int64':
      return int64Value(value) ?? attributeFromJson(value);
    case 'float64':
      if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
      return typeof value === 'string' && isDouble(value) ? Number(value) : attributeFromJson(value);
    case 'bool':
      return value === 'true' ? true : value === 'false' ? false : attributeFromJson(value);
    case 'binary':
      return (typeof value === 'string' ? bytesFromBase64(value) : undefined) ?? attributeFromJson(value);
    default:
      return attributeFromJson(value);
  }
}

function int64Value(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? validInt64(BigInt(value)) : undefined;
  if (typeof value === 'bigint') return validInt64(value);
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? validInt64(BigInt(value)) : undefined;
}

function isDouble(text: string): boolean {
  return text === 'NaN' || (text.trim() !== '' && !Number.isNaN(Number(text)));
}

/** An attribute as a tag. Arrays and maps become JSON text, null becomes an empty one. */
export function tagOf(key: string, value: AttributeValue): JaegerTagJson {
  if (typeof value === 'boolean') return { key, type: 'bool', value };
  if (typeof value === 'bigint') {
    const asNumber = Number(value);
    return { key, type: 'int64', value: Number.isSafeInteger(asNumber) ? asNumber : value.toString() };
  }
  if (typeof value === 'number') return { key, type: 'float64', value: doubleJson(value) };
  if (value instanceof Uint8Array) return { key, type: 'binary', value: base64FromBytes(value) };
  return { key, type: 'string', value: attributeText(value) };
}

function doubleJson(value: number): number | string {
  // JSON.stringify writes null for what is not finite, and 0 for -0.
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}
