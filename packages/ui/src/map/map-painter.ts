import type { Palette } from '../canvas/palette.ts';
import { openSurface } from '../canvas/surface.ts';
import type { GraphViewport } from '../graph-layout/graph-viewport.ts';
import { FADED, type MapScene, nearbyOf, paintMap } from './map-paint.ts';

/** So many boxes and arrows take longer to draw than a frame lasts. */
const MANY = 200;
/** Without another move for that long, a large map is drawn anew. */
const REST_MS = 150;
/** While it moves, it is drawn anew when less of the screen than this is left of the picture, or it is stretched more. */
const LEAST_COVER = 0.5;
const MOST_STRETCH = 2;

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly viewport: GraphViewport;
  readonly of: readonly unknown[];
}

/** Draws maps of any size; `onRest` is called when there is something to draw after a large one has come to rest. */
export interface MapPainter {
  readonly paint: (canvas: HTMLCanvasElement, scene: MapScene, palette: Palette, size: Size) => void;
  readonly close: () => void;
}

/**
 * A large map is drawn once, as a picture, which is what moves; at rest it is drawn anew. What is chosen or pointed at is
 * drawn over the faded picture.
 */
export function createMapPainter(onRest: () => void): MapPainter {
  let picture: Picture | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAtRest = true;

  const pictureOf = (scene: MapScene, palette: Palette, size: Size): Picture | undefined => {
    const { layout, nodes, edges, colours, viewport } = scene;
    const of = [layout, nodes, edges, colours, palette, size.width, size.height];
    if (picture !== undefined && picture.of.every((value, index) => value === of[index])) {
      if (isSame(picture.viewport, viewport)) return picture;
      if (!isAtRest && serves(picture.viewport, viewport, size)) return picture;
    }
    const canvas = picture?.canvas ?? document.createElement('canvas');
    const surface = openSurface(canvas, size.width, size.height);
    if (surface === undefined) return undefined;
    paintMap(surface.context, { ...scene, chosen: undefined, hovered: undefined }, palette, size);
    picture = { canvas, viewport, of };
    return picture;
  };
  const rest = (): void => {
    isAtRest = true;
    onRest();
  };
  return {
    paint: (canvas, scene, palette, size) => {
      const surface = openSurface(canvas, size.width, size.height);
      if (surface === undefined) return;
      const { context } = surface;
      const { layout, viewport } = scene;
      if (layout.nodes.length + layout.edges.length < MANY) {
        paintMap(context, scene, palette, size);
        return;
      }
      const isMove = picture !== undefined && !isSame(picture.viewport, viewport);
      if (isMove && timer === undefined) isAtRest = false;
      const shown = pictureOf(scene, palette, size);
      if (shown === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      if (!isSame(shown.viewport, viewport)) timer = setTimeout(rest, REST_MS);
      const near = nearbyOf(scene);
      const { left, top, ratio } = placeOf(shown.viewport, viewport);
      context.globalAlpha = near === undefined ? 1 : FADED;
      context.drawImage(shown.canvas, left, top, size.width * ratio, size.height * ratio);
      context.globalAlpha = 1;
      if (near !== undefined) paintMap(context, scene, palette, size, near);
    },
    close: () => clearTimeout(timer),
  };
}

function isSame(a: GraphViewport, b: GraphViewport): boolean {
  return a.left === b.left && a.top === b.top && a.scale === b.scale;
}

/** Where what was drawn for one viewport is in another. */
function placeOf(drawn: GraphViewport, now: GraphViewport): { left: number; top: number; ratio: number } {
  const ratio = now.scale / drawn.scale;
  return { left: now.left - drawn.left * ratio, top: now.top - drawn.top * ratio, ratio };
}

/** Whether the picture does until the map rests. */
function serves(drawn: GraphViewport, now: GraphViewport, { width, height }: Size): boolean {
  const { left, top, ratio } = placeOf(drawn, now);
  if (ratio > MOST_STRETCH || ratio < 1 / MOST_STRETCH) return false;
  const across = Math.min(width, left + width * ratio) - Math.max(0, left);
  const down = Math.min(height, top + height * ratio) - Math.max(0, top);
  return across > 0 && down > 0 && across * down >= LEAST_COVER * Math.min(1, ratio * ratio) * width * height;
}
