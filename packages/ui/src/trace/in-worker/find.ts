import {
  type Attributes,
  type AttributeValue,
  detailBlockOf,
  isAttributes,
  type TraceColumns,
} from '@throughline/model';

import { textOf } from '../attribute-value.ts';

/** What of a span's details is searched, besides its name and service. */
export interface SearchableDetails {
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
  readonly statusMessage: string;
}

export interface FindOptions {
  readonly signal: AbortSignal;
  /** Decoded details of a row. */
  readonly detailsOf: (row: number) => SearchableDetails;
  /** Decoded attributes of a resource, by index. */
  readonly resourceAttributes: (resource: number) => Attributes;
  /** Lets the browser draw and handle input; called between slices of work. */
  readonly pause: () => Promise<void>;
  readonly now: () => number;
  readonly onProgress?: (found: FindResult) => void;
}

export interface FindResult {
  /** One byte a span, 1 for a match. */
  readonly matches: Uint8Array<ArrayBuffer>;
  readonly matchCount: number;
  /** Share of the rows searched. */
  readonly progress: number;
}

/** Between two looks at newer requests; a worker holds nobody up but these. */
const SLICE_MS = 40;
const ROWS_BETWEEN_CLOCK_READS = 64;

/** What somebody looks for in a trace. */
export type Wanted =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'text'; readonly needle: string }
  | { readonly kind: 'attribute'; readonly key: string; readonly value: string; readonly exact: boolean }
  | { readonly kind: 'query'; readonly text: string };

/**
 * `{ ... }` (also in parentheses) is TraceQL, `key=part` an attribute whose value contains the part, `key="value"` one
 * that has the value, everything else a text.
 */
export function wantedBy(text: string): Wanted {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'nothing' };
  if (/^[({]/.test(trimmed)) return { kind: 'query', text: trimmed };
  const attribute = /^([\w.:/-]+)\s*=\s*(\S.*)$/.exec(trimmed);
  if (attribute !== null) {
    const [, key = '', value = ''] = attribute;
    const quoted = /^"(.*)"$/s.exec(value)?.[1];
    return {
      kind: 'attribute',
      key: key.toLowerCase(),
      value: (quoted ?? value).toLowerCase(),
      exact: quoted !== undefined,
    };
  }
  return { kind: 'text', needle: trimmed.toLowerCase() };
}

/**
 * Searches all spans, ignoring case. A text: in name, service, span id, status message, and keys and values of
 * attributes of the span, its events, its links and its resource. An attribute: one of that key whose value contains
 * the text. Works in slices so that a newer search need not wait; rejects with the signal's reason when it is no longer
 * wanted.
 */
export async function findInTrace(
  columns: TraceColumns,
  wanted: Extract<Wanted, { readonly kind: 'text' | 'attribute' }>,
  options: FindOptions,
): Promise<FindResult> {
  const matches = new Uint8Array(columns.spanCount);
  const isMatchOf =
    wanted.kind === 'text' ? textTest(columns, wanted, options) : attributeTest(columns, wanted, options);
  let matchCount = 0;
  let sliceEnd = options.now() + SLICE_MS;
  for (let row = 0; row < columns.spanCount; row++) {
    if (isMatchOf(row)) {
      matches[row] = 1;
      matchCount++;
    }
    if (row % ROWS_BETWEEN_CLOCK_READS !== 0 || options.now() < sliceEnd) continue;
    options.onProgress?.({ matches, matchCount, progress: (row + 1) / columns.spanCount });
    await options.pause();
    options.signal.throwIfAborted();
    sliceEnd = options.now() + SLICE_MS;
  }
  options.signal.throwIfAborted();
  return { matches, matchCount, progress: 1 };
}

function textTest(
  columns: TraceColumns,
  { needle }: { readonly needle: string },
  options: FindOptions,
): (row: number) => boolean {
  const stringMatches = columns.strings.map((string) => string.toLowerCase().includes(needle));
  const resourceMatches = columns.resources.map((_, index) =>
    attributesContain(options.resourceAttributes(index), needle),
  );
  const mayBeInDetails = detailsFilter(columns, needle);
  return (row) =>
    stringMatches[columns.name[row] ?? 0] === true ||
    stringMatches[columns.service[row] ?? 0] === true ||
    resourceMatches[columns.resource[row] ?? 0] === true ||
    spanIdContains(columns, row, needle) ||
    (mayBeInDetails(row) && detailsContain(options.detailsOf(row), needle));
}

function attributeTest(
  columns: TraceColumns,
  { key, value, exact }: { readonly key: string; readonly value: string; readonly exact: boolean },
  options: FindOptions,
): (row: number) => boolean {
  const fits = exact
    ? (held: AttributeValue) => textOf(held).toLowerCase() === value
    : (held: AttributeValue) => valueContains(held, value);
  const holds = (attributes: Attributes): boolean => {
    for (const [name, held] of attributes) if (name.toLowerCase() === key && fits(held)) return true;
    return false;
  };
  const resourceMatches = columns.resources.map((_, index) => holds(options.resourceAttributes(index)));
  const mayBeInDetails = detailsFilter(columns, key);
  return (row) => {
    if (resourceMatches[columns.resource[row] ?? 0] === true) return true;
    if (!mayBeInDetails(row)) return false;
    const details = options.detailsOf(row);
    return holds(details.attributes) || details.events.some((event) => holds(event.attributes));
  };
}

function spanIdContains(columns: TraceColumns, row: number, needle: string): boolean {
  if (needle.length > 16 || needle.length < 4) return false;
  let hex = '';
  for (let i = row * 8; i < row * 8 + 8; i++) hex += (columns.spanId[i] ?? 0).toString(16).padStart(2, '0');
  return hex.includes(needle);
}

/**
 * Tells rows whose encoded details cannot contain the needle, so that they need no decoding. Text lies in them as UTF-8
 * as it is; numbers, booleans and ids do not, so a needle that could be part of one passes every row, as does one
 * outside ASCII, whose case folding changes bytes.
 */
function detailsFilter(columns: TraceColumns, needle: string): (row: number) => boolean {
  const couldBeEncoded = /^[\d.+\-ea-f]*$|^i?n?f?i?n?i?t?y?$|^nan$/.test(needle) || 'true false null'.includes(needle);
  // oxlint-disable-next-line no-control-regex -- the whole of ASCII is meant
  if (couldBeEncoded || !/^[\x00-\x7f]*$/.test(needle)) {
    return (row) => {
      const { start, end } = detailBlockOf(columns, row);
      return end > start;
    };
  }
  const lower = Uint8Array.from(needle, (char) => char.charCodeAt(0));
  return (row) => {
    const { block, start, end } = detailBlockOf(columns, row);
    return containsFolded(block.bytes, start, end, lower);
  };
}

/** Whether `[start, end)` of the bytes contains `lower`, A-Z read as a-z. */
function containsFolded(bytes: Uint8Array, start: number, end: number, lower: Uint8Array): boolean {
  const first = lower[0] ?? 0;
  const firstUpper = first >= 97 && first <= 122 ? first - 32 : first;
  const last = end - lower.length;
  for (let i = start; i <= last; i++) {
    const byte = bytes[i];
    if (byte !== first && byte !== firstUpper) continue;
    let length = 1;
    while (length < lower.length && foldAscii(bytes[i + length] ?? 0) === lower[length]) length++;
    if (length === lower.length) return true;
  }
  return false;
}

function foldAscii(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

function detailsContain(details: SearchableDetails, needle: string): boolean {
  return (
    details.statusMessage.toLowerCase().includes(needle) ||
    attributesContain(details.attributes, needle) ||
    details.events.some(
      (event) => event.name.toLowerCase().includes(needle) || attributesContain(event.attributes, needle),
    ) ||
    details.links.some(
      (link) =>
        link.traceId.includes(needle) || link.spanId.includes(needle) || attributesContain(link.attributes, needle),
    )
  );
}

function attributesContain(attributes: Attributes, needle: string): boolean {
  for (const [key, value] of attributes) {
    if (key.toLowerCase().includes(needle) || valueContains(value, needle)) return true;
  }
  return false;
}

function valueContains(value: AttributeValue, needle: string): boolean {
  if (value === null || value instanceof Uint8Array) return false;
  if (isAttributes(value)) return attributesContain(value, needle);
  if (typeof value === 'object') return value.some((element) => valueContains(element, needle));
  return String(value).toLowerCase().includes(needle);
}
