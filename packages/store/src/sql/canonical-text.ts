import type { Attributes, AttributeValue, InstrumentationScope, Resource } from '@throughline/model';
import { bytesFromHex, emptyAttributes, hexFromBytes, isAttributes } from '@throughline/model';
import { decodeAnyValue, encodeAnyValue } from '@throughline/wire';

/*
 * Resources and scopes as text that is the same for equal ones, whatever the order of their attributes, and that SQL
 * can search: the engine evaluates a condition once for each distinct text, not once a row.
 *
 *   resource = schemaUrl US droppedAttributesCount RS entries
 *   scope    = name US version US schemaUrl US droppedAttributesCount RS entries
 *   entries  = (key US type value RS)*, by key
 *
 * Types: s string, i int64 (decimal), d double (shortest decimal that reads back the same, inf, -inf, nan),
 * b boolean (0, 1), x everything else (an encoded OTLP AnyValue in hex). A scalar element of an array has an entry of
 * its own under the array's key, with `e` before its type; they are for searching only. RS, US and the escape
 * character itself are escaped in keys and texts.
 */
export const RECORD_SEPARATOR = '\x1e';
export const UNIT_SEPARATOR = '\x1f';
const ESCAPE = '\x1d';
// oxlint-disable-next-line no-control-regex -- the separators are control characters
const SPECIAL = /[\x1d\x1e\x1f]/g;
// oxlint-disable-next-line no-control-regex -- as above
const ESCAPED = /\x1d([def])/g;

export function escapeText(text: string): string {
  return text.replace(
    SPECIAL,
    (special) => ESCAPE + (special === '\x1d' ? 'd' : special === RECORD_SEPARATOR ? 'e' : 'f'),
  );
}

function unescapeText(text: string): string {
  return text.replace(ESCAPED, (_, letter: string) => (letter === 'd' ? '\x1d' : letter === 'e' ? '\x1e' : '\x1f'));
}

export function canonicalResource(resource: Resource): string {
  return (
    escapeText(resource.schemaUrl) +
    UNIT_SEPARATOR +
    String(resource.droppedAttributesCount) +
    RECORD_SEPARATOR +
    canonicalAttributes(resource.attributes)
  );
}

export function canonicalScope(scope: InstrumentationScope): string {
  return (
    [escapeText(scope.name), escapeText(scope.version), escapeText(scope.schemaUrl), scope.droppedAttributesCount].join(
      UNIT_SEPARATOR,
    ) +
    RECORD_SEPARATOR +
    canonicalAttributes(scope.attributes)
  );
}

export function parseCanonicalResource(text: string): Resource {
  const [header = '', ...entries] = text.split(RECORD_SEPARATOR);
  const [schemaUrl = '', dropped = '0'] = header.split(UNIT_SEPARATOR);
  return {
    attributes: parseEntries(entries),
    droppedAttributesCount: Number(dropped),
    schemaUrl: unescapeText(schemaUrl),
  };
}

export function parseCanonicalScope(text: string): InstrumentationScope {
  const [header = '', ...entries] = text.split(RECORD_SEPARATOR);
  const [name = '', version = '', schemaUrl = '', dropped = '0'] = header.split(UNIT_SEPARATOR);
  return {
    name: unescapeText(name),
    version: unescapeText(version),
    attributes: parseEntries(entries),
    droppedAttributesCount: Number(dropped),
    schemaUrl: unescapeText(schemaUrl),
  };
}

function canonicalAttributes(attributes: Attributes): string {
  let text = '';
  const keys = [...attributes.keys()];
  if (keys.length > 1) keys.sort();
  for (const key of keys) {
    const value = attributes.get(key) ?? null;
    const start = escapeText(key) + UNIT_SEPARATOR;
    text += start + typedText(value) + RECORD_SEPARATOR;
    if (Array.isArray(value)) {
      for (const element of value) {
        if (isScalar(element)) text += `${start}e${typedText(element)}${RECORD_SEPARATOR}`;
      }
    }
  }
  return text;
}

function isScalar(value: AttributeValue): value is string | boolean | bigint | number {
  return value !== null && typeof value !== 'object';
}

function typedText(value: AttributeValue): string {
  switch (typeof value) {
    case 'string':
      return `s${escapeText(value)}`;
    case 'bigint':
      return `i${value}`;
    case 'number':
      return `d${doubleText(value)}`;
    case 'boolean':
      return value ? 'b1' : 'b0';
    default:
      return `x${hexFromBytes(encodeAnyValue(withSortedKeys(value)))}`;
  }
}

/** Maps within the value with their entries by key, so that equal values have equal bytes. */
function withSortedKeys(value: AttributeValue): AttributeValue {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (value === null || typeof value !== 'object' || !isAttributes(value)) return value;
  const sorted = [...value].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([key, each]) => [key, withSortedKeys(each)]));
}

/** A double in a form that both JavaScript (see `parseDouble`) and the engine read back exactly. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function parseDouble(text: string): number {
  if (text === 'nan') return Number.NaN;
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function parseEntries(entries: readonly string[]): Attributes {
  if (entries.length <= 1) return emptyAttributes;
  const attributes = new Map<string, AttributeValue>();
  for (const entry of entries) {
    const separator = entry.indexOf(UNIT_SEPARATOR);
    if (separator < 0) continue;
    const type = entry[separator + 1];
    if (type === 'e') continue;
    attributes.set(unescapeText(entry.slice(0, separator)), parseTyped(type, entry.slice(separator + 2)));
  }
  return attributes;
}

function parseTyped(type: string | undefined, text: string): AttributeValue {
  switch (type) {
    case 's':
      return unescapeText(text);
    case 'i':
      return BigInt(text);
    case 'd':
      return parseDouble(text);
    case 'b':
      return text === '1';
    default:
      return decodeAnyValue(bytesFromHex(text));
  }
}
