import type { Palette } from '../../canvas/palette.ts';
import { LABEL_FONT } from '../waterfall-paint.ts';
import { BOX_HEIGHT, type FlameBox, type FlameLayout } from './flame-layout.ts';

/** How much of a box is left that does not match what is searched for. */
const FADED = 0.28;

/** Draws the boxes on a clear canvas; boxes of one colour together, labels on top. */
export function paintFlame(context: CanvasRenderingContext2D, layout: FlameLayout, palette: Palette): void {
  for (const match of [false, true]) {
    context.globalAlpha = match ? 1 : FADED;
    for (const [mark, boxes] of byMark(layout.boxes, match)) {
      context.fillStyle = palette.marks[mark] ?? palette.accent;
      for (const { x, y, width } of boxes) context.fillRect(x, y, gapped(width), BOX_HEIGHT);
    }
  }
  context.globalAlpha = 1;
  context.fillStyle = palette.error;
  // A red foot with a light edge, which shows on boxes of every colour.
  for (const box of layout.boxes) if (box.error) paintErrorFoot(context, box, palette);
  for (const { path, y } of layout.boxes) {
    for (const { x, width } of path) {
      context.fillStyle = palette.surface;
      context.fillRect(x, y + 2, width, 1);
      context.fillStyle = palette.text;
      context.fillRect(x, y - 1, width, 3);
    }
  }
  context.font = LABEL_FONT;
  context.textBaseline = 'middle';
  context.fillStyle = palette.surface;
  for (const { label, x, y, match, error } of layout.boxes) {
    if (label === '') continue;
    context.globalAlpha = match ? 1 : 0.6;
    // Above the foot that tells of an error.
    context.fillText(label, Math.max(0, x) + 4, y + BOX_HEIGHT / 2 + (error ? -1 : 1));
  }
  context.globalAlpha = 1;
  for (const box of layout.boxes) {
    if (box.selected) paintFrame(context, box, palette);
    else if (box.focused) paintFocus(context, box, palette);
  }
}

function byMark(boxes: readonly FlameBox[], match: boolean): ReadonlyMap<number, readonly FlameBox[]> {
  const found = new Map<number, FlameBox[]>();
  for (const box of boxes) {
    if (box.match !== match) continue;
    const list = found.get(box.mark);
    if (list === undefined) found.set(box.mark, [box]);
    else list.push(box);
  }
  return found;
}

/** A pixel of air between neighbours, where there is room. */
function gapped(width: number): number {
  return width >= 3 ? width - 1 : width;
}

function paintErrorFoot(context: CanvasRenderingContext2D, box: FlameBox, palette: Palette): void {
  context.fillStyle = palette.surface;
  context.fillRect(box.x, box.y + BOX_HEIGHT - 4, gapped(box.width), 1);
  context.fillStyle = palette.error;
  context.fillRect(box.x, box.y + BOX_HEIGHT - 3, gapped(box.width), 3);
}

function paintFrame(context: CanvasRenderingContext2D, box: FlameBox, palette: Palette): void {
  context.lineWidth = 2;
  context.strokeStyle = palette.surface;
  context.strokeRect(box.x + 2, box.y + 2, Math.max(1, gapped(box.width) - 4), BOX_HEIGHT - 4);
  context.strokeStyle = palette.text;
  context.strokeRect(box.x, box.y, Math.max(2, gapped(box.width)), BOX_HEIGHT);
}

/** As rows of the waterfall have it: a bar of the accent at the left, with a light edge. */
function paintFocus(context: CanvasRenderingContext2D, box: FlameBox, palette: Palette): void {
  const left = Math.max(0, box.x);
  context.fillStyle = palette.surface;
  context.fillRect(left - 1, box.y - 1, 5, BOX_HEIGHT + 2);
  context.fillStyle = palette.accent;
  context.fillRect(left, box.y - 1, 3, BOX_HEIGHT + 2);
}
