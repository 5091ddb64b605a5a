import type { Palette } from '../canvas/palette.ts';
import type { ScatterLayout, ScatterPoint } from './scatter-layout.ts';

const FONT = '11px system-ui, sans-serif';

/** Draws the plot. Errors are red diamonds, the rest discs; `highlighted` is an index of the result list or -1. */
export function paintScatter(
  context: CanvasRenderingContext2D,
  layout: ScatterLayout,
  palette: Palette,
  highlighted: number,
): void {
  paintAxes(context, layout, palette);
  // Errors last, so that they are never covered.
  for (const point of layout.points) if (!point.error) paintPoint(context, point, palette, false);
  for (const point of layout.points) if (point.error) paintPoint(context, point, palette, false);
  const point = layout.points[highlighted];
  if (point !== undefined) paintPoint(context, point, palette, true);
}

function paintAxes(context: CanvasRenderingContext2D, layout: ScatterLayout, palette: Palette): void {
  const { plot } = layout;
  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const tick of layout.yTicks) {
    context.fillStyle = palette.grid;
    context.fillRect(plot.left, Math.round(tick.y), plot.right - plot.left, 1);
    context.fillStyle = palette.muted;
    context.fillText(tick.label, plot.left - 8, tick.y);
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

function paintPoint(
  context: CanvasRenderingContext2D,
  point: ScatterPoint,
  palette: Palette,
  highlighted: boolean,
): void {
  const radius = highlighted ? point.radius + 2 : point.radius;
  context.beginPath();
  if (point.error) {
    const reach = radius * 1.25;
    context.moveTo(point.x, point.y - reach);
    context.lineTo(point.x + reach, point.y);
    context.lineTo(point.x, point.y + reach);
    context.lineTo(point.x - reach, point.y);
    context.closePath();
  } else {
    context.arc(point.x, point.y, radius, 0, 2 * Math.PI);
  }
  const colour = point.error ? palette.error : palette.accent;
  context.globalAlpha = highlighted ? 1 : 0.55;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = highlighted ? palette.text : colour;
  context.lineWidth = highlighted ? 2 : 1;
  context.stroke();
}
