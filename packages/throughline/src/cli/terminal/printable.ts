// Control characters (C0, DEL, C1), line separators, and the marks that reorder text.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text from a span on one line and without power over the terminal: names and messages are whatever a traced program
 * sent, escape sequences included.
 */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    if (character === '\n') return '⏎';
    if (character === '\t' || character === '\r') return ' ';
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
