import type { Query } from '../src/index.ts';

/** The tree as a built one would be: without the places in the text. */
export function withoutRanges(query: Query): Query {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only the optional property `range` goes; what is left has the same shape.
  return strip(query) as Query;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'range')
      .map(([key, each]) => [key, strip(each)]),
  );
}
