/** A JSON object (not an array, not null) as `JSON.parse` or `parseJsonExactly` makes it. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The array, an empty one for an absent field or null, or undefined for anything else. */
export function optionalArray(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : undefined;
}

/** A text field: strings as they are, numbers and booleans printed, absent or null as '', undefined for the rest. */
export function optionalText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** What a JSON value is, for error messages. */
export function jsonTypeName(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'a number';
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
