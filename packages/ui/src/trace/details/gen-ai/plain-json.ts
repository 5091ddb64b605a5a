import { type AttributeValue, isAttributes } from '@throughline/model';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Longer texts are not read as JSON. */
const MAX_PARSED_CHARACTERS = 4_000_000;

/** An attribute as JSON: structured values as they are, a text that holds an object or array as what it says. */
export function jsonOf(value: AttributeValue | undefined): Json | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? parsed(value) : structured(value);
}

function parsed(text: string): Json {
  if (text.length > MAX_PARSED_CHARACTERS || !/^\s*[[{]/.test(text)) return text;
  try {
    // JSON.parse gives what `Json` says.
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function structured(value: AttributeValue): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (isAttributes(value)) return Object.fromEntries([...value].map(([key, item]) => [key, structured(item)]));
  return value.map(structured);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** A text as it is, anything else as JSON; `''` for nothing. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
