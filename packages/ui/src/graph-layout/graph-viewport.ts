import type { Point } from './graph.ts';

/** Which part of a drawing is seen: a place of the drawing is at `x * scale + left` on the screen. */
export interface GraphViewport {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export const MIN_SCALE = 0.05;
const MAX_SCALE = 3;
/** A small graph is not blown up to fill the screen. */
const MAX_FIT_SCALE = 1.1;

/** The whole drawing, in the middle. */
export function fitViewport(drawing: Size, screen: Size): GraphViewport {
  const scale = clampScale(
    Math.min(MAX_FIT_SCALE, screen.width / Math.max(1, drawing.width), screen.height / Math.max(1, drawing.height)),
  );
  return {
    scale,
    left: (screen.width - drawing.width * scale) / 2,
    top: (screen.height - drawing.height * scale) / 2,
  };
}

/** Nearer by `factor`, with what is at a place of the screen staying there. */
export function zoomViewport(viewport: GraphViewport, factor: number, at: Point): GraphViewport {
  const scale = clampScale(viewport.scale * factor);
  const ratio = scale / viewport.scale;
  return { scale, left: at.x - (at.x - viewport.left) * ratio, top: at.y - (at.y - viewport.top) * ratio };
}

/** Moved, but never so far that nothing of the drawing is left on the screen. */
export function panViewport(
  viewport: GraphViewport,
  by: Point,
  drawing: Size,
  screen: Size,
  keepPx = 80,
): GraphViewport {
  const width = drawing.width * viewport.scale;
  const height = drawing.height * viewport.scale;
  return {
    scale: viewport.scale,
    left: clamp(viewport.left + by.x, keepPx - width, screen.width - keepPx),
    top: clamp(viewport.top + by.y, keepPx - height, screen.height - keepPx),
  };
}

/** With a place of the drawing in the middle of the screen. */
export function centreViewport(viewport: GraphViewport, place: Point, screen: Size): GraphViewport {
  return {
    scale: viewport.scale,
    left: screen.width / 2 - place.x * viewport.scale,
    top: screen.height / 2 - place.y * viewport.scale,
  };
}

/** The place of the drawing at a place of the screen. */
export function toDrawing({ left, top, scale }: GraphViewport, at: Point): Point {
  return { x: (at.x - left) / scale, y: (at.y - top) / scale };
}

function clampScale(scale: number): number {
  return clamp(scale, MIN_SCALE, MAX_SCALE);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, Math.min(low, high)), Math.max(low, high));
}
