/** Longer texts are cut: what differs behind this does not tell kinds of requests apart. */
const MAX_LENGTH = 2_000;

const VARIABLE =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b0x[0-9a-f]+\b|\b(?=[a-f]{0,64}\d)[0-9a-f]{8,}\b|\d+(?:\.\d+)?/gi;
const QUOTED = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"/g;
const LIST = /\?(?:\s*,\s*\?)+/g;

/**
 * A text with what varies from request to request replaced by `?`: UUIDs, hexadecimal ids, numbers. Two texts with the
 * same template say the same of different things. O(length).
 */
export function textTemplate(text: string): string {
  return (text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text).replace(VARIABLE, '?');
}

/** The same for database statements: quoted literals are variable too, and a list of values counts as one. */
export function statementTemplate(text: string): string {
  return textTemplate((text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text).replace(QUOTED, '?'))
    .replace(LIST, '?')
    .replace(/\s+/g, ' ')
    .trim();
}
