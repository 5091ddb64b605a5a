import type { Palette } from '../canvas/palette.ts';
import type { XRange } from './stretches.ts';
import { BAR_HEIGHT, ROW_HEIGHT, type WaterfallBar, type WaterfallLayout } from './waterfall-layout.ts';

export const LABEL_FONT = '11px system-ui, sans-serif';
const BAR_TOP = (ROW_HEIGHT - BAR_HEIGHT) / 2;
const RADIUS = 2;

/** Draws the band. The context's unit is the CSS pixel and the canvas is clear. */
export function paintWaterfall(context: CanvasRenderingContext2D, layout: WaterfallLayout, palette: Palette): void {
  paintRowBacks(context, layout, palette);
  paintGrid(context, layout, palette);
  context.font = LABEL_FONT;
  context.textBaseline = 'middle';
  for (const bar of layout.bars) {
    if (bar.outside === undefined) paintBar(context, bar, palette);
    else paintEdgeMark(context, bar, layout.width, palette);
  }
}

function paintRowBacks(context: CanvasRenderingContext2D, layout: WaterfallLayout, palette: Palette): void {
  for (const bar of layout.bars) {
    if (!bar.selected && !bar.match) continue;
    context.fillStyle = bar.selected ? palette.accentSoft : palette.match;
    context.fillRect(0, bar.top, layout.width, ROW_HEIGHT);
  }
}

function paintGrid(context: CanvasRenderingContext2D, layout: WaterfallLayout, palette: Palette): void {
  context.fillStyle = palette.grid;
  for (const tick of layout.ticks) context.fillRect(Math.round(tick.x), 0, 1, layout.height);
}

function paintBar(context: CanvasRenderingContext2D, bar: WaterfallBar, palette: Palette): void {
  const y = bar.top + BAR_TOP;
  const colour = palette.marks[bar.colour] ?? palette.accent;
  if (bar.repeats === undefined) {
    context.fillStyle = colour;
    fillRounded(context, bar.x, y, bar.width, BAR_HEIGHT);
  } else {
    paintRepeats(context, bar, bar.repeats, y, colour);
  }
  if (bar.rawX !== undefined) paintShift(context, bar, bar.rawX, y, palette);
  for (const { x, width } of bar.path) paintPath(context, x, y, width, palette);
  if (bar.error) {
    // A red foot under the bar besides the badge: errors stay visible where labels are out of sight.
    context.fillStyle = palette.error;
    context.fillRect(bar.x, y + BAR_HEIGHT, bar.width, 2);
  }
  for (const x of bar.eventXs) paintEvent(context, x, y, palette);
  if (bar.error || bar.errorBelow) paintBadge(context, bar.labelX - 8, bar.top + ROW_HEIGHT / 2, bar.error, palette);
  context.fillStyle = bar.labelInside ? palette.surface : palette.muted;
  context.fillText(bar.label, bar.labelX, bar.top + ROW_HEIGHT / 2 + 0.5);
}

/** Many spans in one row: a frame around all, filled where at least one ran. */
function paintRepeats(
  context: CanvasRenderingContext2D,
  bar: WaterfallBar,
  ranges: readonly XRange[],
  y: number,
  colour: string,
): void {
  context.fillStyle = colour;
  for (const { x, width } of ranges) context.fillRect(x, y + 1, width, BAR_HEIGHT - 2);
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.strokeRect(bar.x + 0.5, y - 0.5, Math.max(1, bar.width - 1), BAR_HEIGHT + 1);
}

/** The critical path: a line in the text's colour above the bar, where it hides neither label nor error. */
function paintPath(context: CanvasRenderingContext2D, x: number, y: number, width: number, palette: Palette): void {
  context.fillStyle = palette.text;
  context.fillRect(x, y - 4, width, 3);
}

/** A dashed line from where the span's own clock has its begin to where it is shown. */
function paintShift(
  context: CanvasRenderingContext2D,
  bar: WaterfallBar,
  rawX: number,
  y: number,
  palette: Palette,
): void {
  context.strokeStyle = palette.text;
  context.lineWidth = 1;
  context.setLineDash([2, 2]);
  context.beginPath();
  context.moveTo(rawX, y + BAR_HEIGHT / 2);
  context.lineTo(bar.x, y + BAR_HEIGHT / 2);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(Math.round(rawX) + 0.5, y);
  context.lineTo(Math.round(rawX) + 0.5, y + BAR_HEIGHT);
  context.stroke();
}

function fillRounded(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  if (width <= 2 * RADIUS) {
    context.fillRect(x, y, width, height);
    return;
  }
  context.beginPath();
  context.roundRect(x, y, width, height, RADIUS);
  context.fill();
}

/** A tick with a light edge, readable on every bar. */
function paintEvent(context: CanvasRenderingContext2D, x: number, y: number, palette: Palette): void {
  const left = Math.round(x) - 1;
  context.fillStyle = palette.surface;
  context.fillRect(left - 1, y - 3, 4, BAR_HEIGHT + 6);
  context.fillStyle = palette.text;
  context.fillRect(left, y - 3, 2, BAR_HEIGHT + 6);
}

/** A red disc with an exclamation mark; hollow if the error lies in the folded part. */
function paintBadge(context: CanvasRenderingContext2D, x: number, y: number, solid: boolean, palette: Palette): void {
  context.beginPath();
  context.arc(x, y, 5.5, 0, 2 * Math.PI);
  if (solid) {
    context.fillStyle = palette.error;
    context.fill();
  } else {
    context.fillStyle = palette.surface;
    context.fill();
    context.strokeStyle = palette.error;
    context.lineWidth = 1.5;
    context.stroke();
  }
  context.fillStyle = solid ? palette.onError : palette.error;
  context.fillRect(x - 0.75, y - 3.25, 1.5, 4);
  context.fillRect(x - 0.75, y + 1.75, 1.5, 1.5);
}

function paintEdgeMark(context: CanvasRenderingContext2D, bar: WaterfallBar, width: number, palette: Palette): void {
  const middle = bar.top + ROW_HEIGHT / 2;
  const [tip, back] = bar.outside === 'left' ? [3, 8] : [width - 3, width - 8];
  context.fillStyle = bar.error ? palette.error : palette.muted;
  context.beginPath();
  context.moveTo(tip, middle);
  context.lineTo(back, middle - 4);
  context.lineTo(back, middle + 4);
  context.closePath();
  context.fill();
}

/** Draws the head of the time area: the labels of the ticks. */
export function paintAxis(
  context: CanvasRenderingContext2D,
  layout: Pick<WaterfallLayout, 'ticks' | 'width'>,
  height: number,
  palette: Palette,
): void {
  context.font = LABEL_FONT;
  context.textBaseline = 'middle';
  for (const tick of layout.ticks) {
    const x = Math.round(tick.x);
    context.fillStyle = palette.border;
    context.fillRect(x, height - 6, 1, 6);
    context.fillStyle = palette.muted;
    const labelWidth = context.measureText(tick.label).width;
    if (x + 4 + labelWidth <= layout.width) context.fillText(tick.label, x + 4, height / 2);
  }
}
