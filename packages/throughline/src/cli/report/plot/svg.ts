/** Text within an element or a quoted attribute, of HTML or SVG; whatever a span says cannot leave it. */
export function escaped(text: string): string {
  return text.replace(
    // Also control characters and the marks that reorder text.
    // oxlint-disable-next-line no-control-regex
    /[&<>"'\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (found) => {
      switch (found) {
        case '&':
          return '&amp;';
        case '<':
          return '&lt;';
        case '>':
          return '&gt;';
        case '"':
          return '&quot;';
        case "'":
          return '&#39;';
        // Control characters are not allowed there, and marks of direction would reorder what stands beside them.
        default:
          return '\ufffd';
      }
    },
  );
}

/** A coordinate with a tenth of a pixel; never NaN. */
export function px(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 10) / 10) : '0';
}

/** A drawing of its own size in pixels, which shrinks to its place; `label` is read to those who cannot see it. */
export function drawing(width: number, height: number, label: string, content: string): string {
  return (
    `<svg viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" role="img" ` +
    `aria-label="${escaped(label)}">${content}</svg>`
  );
}

export function textAt(x: number, y: number, text: string, classes = ''): string {
  return `<text x="${px(x)}" y="${px(y)}"${classes === '' ? '' : ` class="${classes}"`}>${escaped(text)}</text>`;
}

const PIXELS_PER_CHARACTER = 6.6;

/** A label centred at `x`, or as near as it can be without leaving a drawing of this width. */
export function textWithin(width: number, x: number, y: number, text: string): string {
  const half = (text.length * PIXELS_PER_CHARACTER) / 2;
  return textAt(Math.max(half, Math.min(width - half, x)), y, text, 'muted middle');
}

/** Text cut to what about fits into `width` pixels of the plots' 12 px font. */
export function cut(text: string, width: number, pixelsPerCharacter: number = PIXELS_PER_CHARACTER): string {
  const most = Math.max(1, Math.floor(width / pixelsPerCharacter));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
