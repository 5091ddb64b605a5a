const MAX_KNOWN = 5_000;

/** Widths of texts in a font, in CSS pixels. Bars ask for the same labels at every frame, and browsers are slow to say. */
export function textWidths(font: string): (text: string) => number {
  const known = new Map<string, number>();
  let context: CanvasRenderingContext2D | null | undefined;
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (context === undefined) {
      context = document.createElement('canvas').getContext('2d');
      if (context !== null) context.font = font;
    }
    const width = context?.measureText(text).width ?? 0;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(text, width);
    return width;
  };
}
