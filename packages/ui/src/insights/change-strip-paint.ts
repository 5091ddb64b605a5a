import type { Palette } from '../canvas/palette.ts';
import type { StripLayout } from './change-strip-layout.ts';

/** Fainter would not be seen. */
const LEAST_ALPHA = 0.18;

/** Durations as a map of densities, errors as bars below it, and the time the change lasts framed. */
export function paintStrip(context: CanvasRenderingContext2D, layout: StripLayout, palette: Palette): void {
  const { width, height, sinceX, untilX } = layout;
  context.fillStyle = palette.sunken;
  context.fillRect(0, 0, width, height);
  context.fillStyle = palette.accentSoft;
  context.fillRect(sinceX, 0, (untilX ?? width) - sinceX, height);
  context.fillStyle = palette.accent;
  for (const cell of layout.cells) {
    context.globalAlpha = LEAST_ALPHA + (1 - LEAST_ALPHA) * cell.density;
    // A hair more than its share, so that neighbours leave no seam between them.
    context.fillRect(cell.x, cell.y, cell.width + 0.5, cell.height + 0.5);
  }
  context.globalAlpha = 1;
  context.fillStyle = palette.error;
  for (const column of layout.columns) {
    if (column.errorHeight === 0) continue;
    context.fillRect(
      column.x,
      layout.errorBase - column.errorHeight,
      Math.max(1, column.width - 0.5),
      column.errorHeight,
    );
  }
  context.fillStyle = palette.text;
  context.fillRect(Math.round(sinceX) - 1, 0, 2, height);
  if (untilX !== undefined) context.fillRect(Math.round(untilX) - 1, 0, 2, height);
}
