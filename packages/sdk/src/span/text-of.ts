/** A text whatever it is given: what is no string as JavaScript writes it, '' for nothing and for what cannot be written. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  try {
    // oxlint-disable-next-line typescript/no-base-to-string -- Even `[object Object]` says more than nothing.
    return String(value);
  } catch {
    return '';
  }
}
