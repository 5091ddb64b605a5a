import type { Palette } from '../canvas/palette.ts';
import { type Box, type HeatMapCell, type HeatMapLayout, LEVEL_COUNT } from './heat-map-layout.ts';

const FONT = '11px system-ui, sans-serif';
/** The fewest spans must stand out from the ground. */
const LEAST_ALPHA = 0.28;

/** How strongly a level is painted, from few to many. */
export function levelAlpha(level: number, levelCount: number): number {
  return levelCount <= 1 ? 0.6 : LEAST_ALPHA + (1 - LEAST_ALPHA) * (level / (Math.min(levelCount, LEVEL_COUNT) - 1));
}

/** Draws the map; `marked` is what is being selected, `cursor` the cell that the keyboard is on. */
export function paintHeatMap(
  context: CanvasRenderingContext2D,
  layout: HeatMapLayout,
  palette: Palette,
  { marked, cursor }: { readonly marked: Box | undefined; readonly cursor: Box | undefined },
): void {
  paintAxes(context, layout, palette);
  for (const cell of layout.cells) {
    context.globalAlpha = levelAlpha(cell.level, layout.levels.length);
    context.fillStyle = palette.accent;
    const { left, top, width, height } = inner(cell);
    context.fillRect(left, top, width, height);
  }
  context.globalAlpha = 1;
  for (const cell of layout.cells) if (cell.errorCount > 0) paintErrors(context, cell, palette);
  const selected = marked ?? layout.region;
  if (selected !== undefined) paintSelection(context, layout, selected, palette);
  if (cursor !== undefined) frame(context, cursor, palette.text, 2);
}

/** A pixel of ground between neighbours where there is room for one. */
function inner(cell: HeatMapCell): { left: number; top: number; width: number; height: number } {
  const [left, right] = [Math.round(cell.left), Math.round(cell.right)];
  const [top, bottom] = [Math.round(cell.top), Math.round(cell.bottom)];
  const gapX = right - left > 3 ? 1 : 0;
  const gapY = bottom - top > 3 ? 1 : 0;
  return { left, top: top + gapY, width: Math.max(1, right - left - gapX), height: Math.max(1, bottom - top - gapY) };
}

/** A diamond, so that failures are told by their shape too; the larger the more of the cell's spans failed. */
function paintErrors(context: CanvasRenderingContext2D, cell: HeatMapCell, palette: Palette): void {
  const x = (cell.left + cell.right) / 2;
  const y = (cell.top + cell.bottom) / 2;
  const share = Math.min(1, cell.errorCount / Math.max(cell.count, cell.errorCount));
  const reach = 2.5 + 2 * Math.sqrt(share);
  context.beginPath();
  context.moveTo(x, y - reach);
  context.lineTo(x + reach, y);
  context.lineTo(x, y + reach);
  context.lineTo(x - reach, y);
  context.closePath();
  context.fillStyle = palette.error;
  context.strokeStyle = palette.surface;
  context.lineWidth = 1.5;
  context.stroke();
  context.fill();
}

function paintSelection(context: CanvasRenderingContext2D, layout: HeatMapLayout, box: Box, palette: Palette): void {
  const { plot } = layout;
  // What is not selected steps back.
  context.fillStyle = palette.surface;
  context.globalAlpha = 0.6;
  context.fillRect(plot.left, plot.top, plot.right - plot.left, box.top - plot.top);
  context.fillRect(plot.left, box.bottom, plot.right - plot.left, plot.bottom - box.bottom);
  context.fillRect(plot.left, box.top, box.left - plot.left, box.bottom - box.top);
  context.fillRect(box.right, box.top, plot.right - box.right, box.bottom - box.top);
  context.globalAlpha = 1;
  frame(context, box, palette.text, 1.5);
}

function frame(context: CanvasRenderingContext2D, box: Box, colour: string, lineWidth: number): void {
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.strokeRect(
    Math.round(box.left) + 0.5,
    Math.round(box.top) + 0.5,
    Math.max(2, Math.round(box.right - box.left) - 1),
    Math.max(2, Math.round(box.bottom - box.top) - 1),
  );
}

function paintAxes(context: CanvasRenderingContext2D, layout: HeatMapLayout, palette: Palette): void {
  const { plot } = layout;
  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const tick of layout.yTicks) {
    context.fillStyle = palette.grid;
    context.fillRect(plot.left, Math.round(tick.y), plot.right - plot.left, 1);
    context.fillStyle = palette.muted;
    context.fillText(tick.label, plot.left - 8, Math.max(tick.y, plot.top + 5));
  }
  context.textAlign = 'center';
  for (const tick of layout.xTicks) {
    context.fillStyle = palette.border;
    context.fillRect(Math.round(tick.x), plot.bottom, 1, 4);
    context.fillStyle = palette.muted;
    context.fillText(tick.label, Math.min(Math.max(tick.x, plot.left + 8), plot.right - 16), plot.bottom + 14);
  }
  context.textAlign = 'left';
  context.fillStyle = palette.border;
  context.fillRect(plot.left, plot.bottom, plot.right - plot.left, 1);
}
