import type { Palette } from '../canvas/palette.ts';
import type { CompareBar, CompareLayout } from './compare-layout.ts';

/** A is an outline, B is filled; a difference to the right is time more, to the left time less. */
export function paintCompare(context: CanvasRenderingContext2D, layout: CompareLayout, palette: Palette): void {
  context.fillStyle = palette.grid;
  for (const { x } of layout.ticks) context.fillRect(Math.round(x), 0, 1, layout.height);
  context.fillStyle = palette.border;
  context.fillRect(Math.round(layout.deltaZeroX), 0, 1, layout.height);
  context.fillRect(Math.round(layout.deltaWidth), 0, 1, layout.height);
  for (const row of layout.rows) {
    if (row.delta !== undefined) {
      context.fillStyle = row.deltaNano > 0 ? palette.error : palette.success;
      fill(context, row.delta);
    }
    const colour = palette.services[row.colour] ?? palette.accent;
    if (row.a !== undefined) {
      context.strokeStyle = palette.muted;
      context.fillStyle = palette.surface;
      fill(context, row.a);
      context.strokeRect(row.a.x + 0.5, row.a.y + 0.5, Math.max(0, row.a.width - 1), row.a.height - 1);
    }
    if (row.b !== undefined) {
      context.fillStyle = colour;
      fill(context, row.b);
    }
  }
}

function fill(context: CanvasRenderingContext2D, { x, y, width, height }: CompareBar): void {
  context.fillRect(x, y, width, height);
}
