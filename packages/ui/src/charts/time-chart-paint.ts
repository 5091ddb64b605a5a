import type { Palette } from '../canvas/palette.ts';
import type { SeriesTone, TimeChartLayout } from './time-chart-layout.ts';

const FONT = '11px system-ui, sans-serif';
/** Space between two marks' labels; where there is less the later one has none. */
const LABEL_GAP = 8;

export interface ToneStyle {
  readonly colour: string;
  readonly width: number;
  readonly dash: readonly number[];
}

/** The legend shows the same. */
export function toneStyle(tone: SeriesTone, palette: Palette): ToneStyle {
  switch (tone) {
    case 'requests':
      return { colour: palette.accent, width: 1.5, dash: [] };
    case 'errors':
      return { colour: palette.error, width: 1.5, dash: [] };
    case 'p50':
      return { colour: palette.services[2] ?? palette.accent, width: 1.5, dash: [2, 2] };
    case 'p95':
      return { colour: palette.accent, width: 2, dash: [] };
    case 'p99':
      return { colour: palette.services[1] ?? palette.accent, width: 1.5, dash: [6, 3] };
  }
}

/** What the pointer marks: a step, or the steps of a drag. */
export interface ChartSelection {
  readonly first: number;
  readonly last: number;
}

export function paintTimeChart(
  context: CanvasRenderingContext2D,
  layout: TimeChartLayout,
  palette: Palette,
  selection: ChartSelection | undefined,
): void {
  paintAxes(context, layout, palette);
  if (selection !== undefined) paintSelection(context, layout, palette, selection);
  for (const { tone, bars } of layout.bars) {
    context.fillStyle = toneStyle(tone, palette).colour;
    for (const { x, y, width, height } of bars) context.fillRect(x, y, width, height);
  }
  for (const { tone, pieces } of layout.lines) {
    const style = toneStyle(tone, palette);
    context.strokeStyle = style.colour;
    context.fillStyle = style.colour;
    context.lineWidth = style.width;
    context.lineJoin = 'round';
    context.setLineDash([...style.dash]);
    for (const piece of pieces) paintPiece(context, piece);
    context.setLineDash([]);
  }
  paintMarks(context, layout, palette);
}

function paintAxes(
  context: CanvasRenderingContext2D,
  { plot, xTicks, yTicks }: TimeChartLayout,
  palette: Palette,
): void {
  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { y, label } of yTicks) {
    context.fillStyle = palette.grid;
    context.fillRect(plot.left, Math.round(y), plot.right - plot.left, 1);
    context.fillStyle = palette.muted;
    context.fillText(label, plot.left - 8, y);
  }
  context.textAlign = 'center';
  for (const { x, label } of xTicks) {
    context.fillStyle = palette.border;
    context.fillRect(Math.round(x), plot.bottom, 1, 4);
    context.fillStyle = palette.muted;
    context.fillText(label, Math.min(Math.max(x, plot.left + 8), plot.right - 16), plot.bottom + 13);
  }
  context.textAlign = 'left';
  context.fillStyle = palette.border;
  context.fillRect(plot.left, plot.bottom, plot.right - plot.left, 1);
}

function paintSelection(
  context: CanvasRenderingContext2D,
  { plot, columns }: TimeChartLayout,
  palette: Palette,
  { first, last }: ChartSelection,
): void {
  const left = columns[Math.min(first, last)]?.left;
  const right = columns[Math.max(first, last)]?.right;
  if (left === undefined || right === undefined) return;
  context.fillStyle = palette.accentSoft;
  context.fillRect(left, plot.top, Math.max(1, right - left), plot.bottom - plot.top);
}

function paintPiece(
  context: CanvasRenderingContext2D,
  piece: readonly { readonly x: number; readonly y: number }[],
): void {
  const [first] = piece;
  if (first === undefined) return;
  if (piece.length === 1) {
    context.beginPath();
    context.arc(first.x, first.y, 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.beginPath();
  context.moveTo(first.x, first.y);
  for (const { x, y } of piece.slice(1)) context.lineTo(x, y);
  context.stroke();
}

function paintMarks(context: CanvasRenderingContext2D, { plot, marks }: TimeChartLayout, palette: Palette): void {
  context.textBaseline = 'alphabetic';
  let freeFrom = plot.left - LABEL_GAP;
  for (const { x, label } of marks) {
    context.strokeStyle = palette.text;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, plot.top - 4);
    context.lineTo(Math.round(x) + 0.5, plot.bottom);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = palette.text;
    context.beginPath();
    context.moveTo(x - 4, plot.top - 8);
    context.lineTo(x + 4, plot.top - 8);
    context.lineTo(x, plot.top - 2);
    context.fill();
    const width = context.measureText(label).width;
    // Beside the mark, on the left of it where the right has no room.
    const at = x + 7 + width <= plot.right ? x + 7 : x - 7 - width;
    if (at < freeFrom + LABEL_GAP) continue;
    context.fillText(label, at, plot.top - 3);
    freeFrom = at + width;
  }
}
