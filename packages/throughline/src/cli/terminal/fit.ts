import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();

/** Columns that plain text takes on a terminal. */
export function textWidth(text: string): number {
  return isAscii(text) ? text.length : stringWidth(text);
}

/** Plain text cut to `columns`, with an ellipsis where something was cut. */
export function fit(text: string, columns: number): string {
  // A character takes up to two columns, so most text needs no measuring.
  if (text.length * 2 <= columns || textWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += textWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - textWidth(text))) + text;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}
