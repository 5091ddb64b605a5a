import { type Attributes, type AttributeValue, isAttributes } from '@throughline/model';
import { base64FromBytes, bytesFromBase64 } from '../base64.ts';
import { attributeFromJson, numberFromJson, validInt64 } from '../mapping/attribute-from-json.ts';
import { isJsonObject } from '../mapping/json-object.ts';
import { MAX_VALUE_DEPTH } from '../otlp/limits.ts';

/**
 * What plain JSON does not tell about a value, beside it and only where it is needed: `"int64"` on a decimal string,
 * `"double"` on an integral number or on `"NaN"`, `"Infinity"`, `"-Infinity"`, `"-0"`, `"bytes"` on base64; for an
 * array a list with null where the element is plain, for a map an object of the keys that are not plain.
 */
export type AttributeTypeHint =
  | 'int64'
  | 'double'
  | 'bytes'
  | readonly (AttributeTypeHint | null)[]
  | { readonly [key: string]: AttributeTypeHint };

export type PlainJson = string | number | boolean | null | readonly PlainJson[] | { readonly [key: string]: PlainJson };

export interface EncodedAttributes {
  readonly attributes: { readonly [key: string]: PlainJson };
  /** Undefined where every value is plain. */
  readonly types: { readonly [key: string]: AttributeTypeHint } | undefined;
}

/** Attributes as plain JSON, with hints for the values that it cannot hold exactly. */
export function encodeAttributes(attributes: Attributes): EncodedAttributes {
  const values: [string, PlainJson][] = [];
  const hints: [string, AttributeTypeHint][] = [];
  for (const [key, value] of attributes) {
    const { plain, hint } = encodeValue(value);
    values.push([key, plain]);
    if (hint !== undefined) hints.push([key, hint]);
  }
  return {
    attributes: Object.fromEntries(values),
    types: hints.length === 0 ? undefined : Object.fromEntries(hints),
  };
}

interface EncodedValue {
  readonly plain: PlainJson;
  readonly hint: AttributeTypeHint | undefined;
}

function encodeValue(value: AttributeValue): EncodedValue {
  if (typeof value === 'bigint') {
    const asNumber = Number(value);
    return Number.isSafeInteger(asNumber)
      ? { plain: asNumber, hint: undefined }
      : { plain: value.toString(), hint: 'int64' };
  }
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return { plain: '-0', hint: 'double' };
    if (!Number.isFinite(value)) return { plain: String(value), hint: 'double' };
    return { plain: value, hint: numberFromJson(value) === value ? undefined : 'double' };
  }
  if (value === null || typeof value !== 'object') return { plain: value, hint: undefined };
  if (value instanceof Uint8Array) return { plain: base64FromBytes(value), hint: 'bytes' };
  if (isAttributes(value)) {
    const { attributes, types } = encodeAttributes(value);
    return { plain: attributes, hint: types };
  }
  const items = value.map(encodeValue);
  return {
    plain: items.map(({ plain }) => plain),
    hint: items.some(({ hint }) => hint !== undefined) ? items.map(({ hint }) => hint ?? null) : undefined,
  };
}

/** A JSON value with its hint, if any, as an attribute value. A hint that does not fit is ignored. Undefined: too deep. */
export function decodeValue(json: unknown, hint: unknown, depth: number = MAX_VALUE_DEPTH): AttributeValue | undefined {
  if (depth === 0) return undefined;
  if (typeof hint === 'string') return hintedScalar(json, hint) ?? attributeFromJson(json, depth);
  if (Array.isArray(json) && Array.isArray(hint)) {
    const items: AttributeValue[] = [];
    for (const [i, element] of json.entries()) {
      const item = decodeValue(element, hint[i], depth - 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
  if (isJsonObject(json) && isJsonObject(hint)) {
    const map = new Map<string, AttributeValue>();
    for (const [key, element] of Object.entries(json)) {
      const item = decodeValue(element, Object.hasOwn(hint, key) ? hint[key] : undefined, depth - 1);
      if (item === undefined) return undefined;
      map.set(key, item);
    }
    return map;
  }
  return attributeFromJson(json, depth);
}

function hintedScalar(json: unknown, hint: string): AttributeValue | undefined {
  if (hint === 'double' && typeof json === 'number') return json;
  if (hint === 'double' && typeof json === 'bigint') return Number(json);
  if (typeof json !== 'string') return undefined;
  if (hint === 'double') return /^(NaN|-?Infinity|-0)$/.test(json) ? Number(json) : undefined;
  if (hint === 'int64') return /^-?\d{1,19}$/.test(json) ? validInt64(BigInt(json)) : undefined;
  return hint === 'bytes' ? bytesFromBase64(json) : undefined;
}
