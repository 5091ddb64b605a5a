import type { Palette } from '../canvas/palette.ts';
import { textWidths } from '../canvas/text-width.ts';
import { curveThrough } from '../graph-layout/edge-path.ts';
import type { GraphLayout, PlacedEdge, PlacedNode } from '../graph-layout/graph.ts';
import type { GraphViewport } from '../graph-layout/graph-viewport.ts';
import { LABEL_HEIGHT, LABEL_INSET, TEXT_INSET } from './map-boxes.ts';
import { edgeLabel, nodeLabel, NOTABLE_ERROR_RATE } from './map-words.ts';
import type { MapEdge, MapNode } from './service-map.ts';

const FAMILY = 'system-ui, sans-serif';
export const NAME_FONT: string = `600 13px ${FAMILY}`;
export const FACTS_FONT: string = `11px ${FAMILY}`;

/** Below these scales texts are too small to be read. */
const FACTS_FROM_SCALE = 0.6;
const NAMES_FROM_SCALE = 0.3;
const MIN_WIDTH = 1;
const MAX_WIDTH = 4.5;
export const FADED = 0.4;
/** Beyond so many arrows those that work well step back. */
const MANY_EDGES = 300;
const FAINT = 0.3;

export interface MapScene {
  readonly layout: GraphLayout;
  readonly viewport: GraphViewport;
  readonly nodes: ReadonlyMap<string, MapNode>;
  readonly edges: ReadonlyMap<string, MapEdge>;
  readonly colours: ReadonlyMap<string, number>;
  /** Whether there is room for the labels of all arrows; otherwise only those of what is chosen have one. */
  readonly hasLabels: boolean;
  /** Ids of what is chosen or pointed at; with them everything else but their neighbours fades. */
  readonly chosen: string | undefined;
  readonly hovered: string | undefined;
}

/** Draws what can be seen on a surface of that size; of that only boxes and arrows in `only`, if it is given. */
export function paintMap(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  palette: Palette,
  screen: { readonly width: number; readonly height: number },
  only?: ReadonlySet<string>,
): void {
  const { layout, viewport, edges, nodes } = scene;
  const seen = seenPart(viewport, screen);
  context.save();
  context.translate(viewport.left, viewport.top);
  context.scale(viewport.scale, viewport.scale);
  const near = nearbyOf(scene);
  const busiest = Math.max(1e-12, ...[...edges.values()].map(({ perSecond }) => perSecond));
  const usual = layout.edges.length > MANY_EDGES ? FAINT : 1;
  // Failures and what is chosen above the rest, for there may be hundreds.
  for (const isAbove of [false, true]) {
    for (const placed of layout.edges) {
      const edge = edges.get(placed.id);
      if (edge === undefined || only?.has(placed.id) === false || !isSeen(shapeOf(placed), seen)) continue;
      const fails = edge.errorRate >= NOTABLE_ERROR_RATE;
      if ((fails || near?.has(placed.id) === true) !== isAbove) continue;
      context.globalAlpha = near !== undefined ? (near.has(placed.id) ? 1 : FADED * usual) : fails ? 1 : usual;
      paintEdge(context, placed, edge, scene, palette, busiest);
    }
  }
  for (const placed of layout.nodes) {
    const node = nodes.get(placed.id);
    if (node === undefined || only?.has(placed.id) === false || !isSeen(boxOf(placed), seen)) continue;
    context.globalAlpha = near === undefined || near.has(placed.id) ? 1 : FADED;
    paintNode(context, placed, node, scene, palette);
  }
  context.globalAlpha = 1;
  if (viewport.scale >= FACTS_FROM_SCALE) {
    for (const placed of layout.edges) {
      const edge = edges.get(placed.id);
      if (edge === undefined || only?.has(placed.id) === false || !isSeen(shapeOf(placed), seen)) continue;
      if (near === undefined ? scene.hasLabels : near.has(placed.id)) paintLabel(context, placed, edge, palette);
    }
  }
  context.restore();
}

/** A rectangle in units of the drawing. */
interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Marks at corners, arrow heads and labels reach beyond boxes and points by less than this. */
const MARGIN = 120;

function seenPart({ left, top, scale }: GraphViewport, screen: { width: number; height: number }): Area {
  return {
    left: -left / scale - MARGIN,
    top: -top / scale - MARGIN,
    right: (screen.width - left) / scale + MARGIN,
    bottom: (screen.height - top) / scale + MARGIN,
  };
}

function isSeen(area: Area, seen: Area): boolean {
  return area.left <= seen.right && area.right >= seen.left && area.top <= seen.bottom && area.bottom >= seen.top;
}

function boxOf({ x, y, width, height }: PlacedNode): Area {
  return { left: x, top: y, right: x + width, bottom: y + height };
}

/** An arrow's way, worked out once for all frames. */
interface EdgeShape extends Area {
  readonly path: Path2D;
}

const shapes = new WeakMap<PlacedEdge, EdgeShape>();

function shapeOf(placed: PlacedEdge): EdgeShape {
  const known = shapes.get(placed);
  if (known !== undefined) return known;
  const { points } = placed;
  const path = new Path2D();
  const [start] = points;
  if (start !== undefined) path.moveTo(start.x, start.y);
  for (const { control1, control2, to } of curveThrough(points)) {
    path.bezierCurveTo(control1.x, control1.y, control2.x, control2.y, to.x, to.y);
  }
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const shape = {
    path,
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
  shapes.set(placed, shape);
  return shape;
}

/** What stays in full: what is chosen, its edges and their other ends. */
export function nearbyOf({ layout, chosen, hovered }: MapScene): ReadonlySet<string> | undefined {
  const centre = chosen ?? hovered;
  if (centre === undefined) return undefined;
  const near = new Set([centre]);
  for (const { id, from, to } of layout.edges) {
    if (id === centre || from === centre || to === centre) for (const each of [id, from, to]) near.add(each);
  }
  return near.size > 1 || layout.nodes.some(({ id }) => id === centre) ? near : undefined;
}

function paintEdge(
  context: CanvasRenderingContext2D,
  placed: PlacedEdge,
  edge: MapEdge,
  { chosen, hovered }: MapScene,
  palette: Palette,
  busiest: number,
): void {
  const end = placed.points.at(-1);
  const before = placed.points.at(-2);
  if (end === undefined || before === undefined) return;
  const isMarked = placed.id === chosen || placed.id === hovered;
  const colour =
    edge.errorRate >= NOTABLE_ERROR_RATE ? palette.error : isMarked ? palette.accent : palette.borderStrong;
  const width = MIN_WIDTH + (MAX_WIDTH - MIN_WIDTH) * Math.sqrt(edge.perSecond / busiest);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = isMarked ? width + 1.5 : width;
  context.setLineDash(edge.isSampled ? [6, 4] : []);
  context.stroke(shapeOf(placed).path);
  context.setLineDash([]);
  const angle = Math.atan2(end.y - before.y, end.x - before.x);
  const length = 8 + width;
  context.beginPath();
  context.moveTo(end.x, end.y);
  context.lineTo(end.x - length * Math.cos(angle - 0.4), end.y - length * Math.sin(angle - 0.4));
  context.lineTo(end.x - length * Math.cos(angle + 0.4), end.y - length * Math.sin(angle + 0.4));
  context.fill();
}

function paintNode(
  context: CanvasRenderingContext2D,
  placed: PlacedNode,
  node: MapNode,
  { viewport, chosen, hovered, colours }: MapScene,
  palette: Palette,
): void {
  const { x, y, width, height } = placed;
  const isChosen = placed.id === chosen;
  const hasErrors = (node.errorRate ?? 0) >= NOTABLE_ERROR_RATE;
  context.beginPath();
  context.roundRect(x, y, width, height, node.kind === 'service' ? 6 : height / 2);
  context.fillStyle = isChosen ? palette.accentSoft : node.kind === 'service' ? palette.surface : palette.sunken;
  context.fill();
  context.strokeStyle = isChosen || placed.id === hovered ? palette.accent : palette.borderStrong;
  context.lineWidth = isChosen ? 2 : 1;
  context.setLineDash(node.kind === 'service' ? [] : [4, 3]);
  context.stroke();
  context.setLineDash([]);
  if (node.kind === 'service') {
    context.fillStyle = palette.services[colours.get(node.name) ?? 0] ?? palette.accent;
    context.beginPath();
    context.roundRect(x + 10, y + 12, 8, 8, 2);
    context.fill();
  }
  if (hasErrors) paintErrorMark(context, x + width - 2, y + 2, palette);
  if (viewport.scale < NAMES_FROM_SCALE) return;
  const left = node.kind === 'service' ? x + TEXT_INSET : x + TEXT_INSET - 8;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.fillStyle = palette.text;
  context.font = NAME_FONT;
  context.fillText(cutName(node.name, width - TEXT_INSET - 10), left, y + 20);
  if (viewport.scale < FACTS_FROM_SCALE) return;
  context.fillStyle = palette.muted;
  context.font = FACTS_FONT;
  context.fillText(cutFacts(nodeLabel(node), width - TEXT_INSET - 10), left, y + 36);
}

/** A filled disc with an exclamation mark on the corner of the box. */
function paintErrorMark(context: CanvasRenderingContext2D, x: number, y: number, palette: Palette): void {
  context.fillStyle = palette.error;
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = palette.onError;
  context.fillRect(x - 0.8, y - 3.6, 1.6, 4.6);
  context.fillRect(x - 0.8, y + 2, 1.6, 1.6);
}

function paintLabel(context: CanvasRenderingContext2D, placed: PlacedEdge, edge: MapEdge, palette: Palette): void {
  const label = edgeLabel(edge);
  const { x, y } = placed.label;
  context.font = FACTS_FONT;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const width = factsWidth(label) + LABEL_INSET;
  context.fillStyle = palette.ground;
  context.fillRect(x - width / 2, y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT);
  context.fillStyle = edge.errorRate >= NOTABLE_ERROR_RATE ? palette.error : palette.muted;
  context.fillText(label, x, y);
}

const ELLIPSIS = '…';
const factsWidth = textWidths(FACTS_FONT);
const cutName = cutter(textWidths(NAME_FONT));
const cutFacts = cutter(factsWidth);

/** Gives as much of a text as fits. */
function cutter(widthOf: (text: string) => number): (text: string, width: number) => string {
  return (text, width) => {
    if (widthOf(text) <= width) return text;
    let [fits, tooLong] = [0, text.length];
    while (tooLong - fits > 1) {
      const middle = (fits + tooLong) >> 1;
      if (widthOf(text.slice(0, middle) + ELLIPSIS) <= width) fits = middle;
      else tooLong = middle;
    }
    return text.slice(0, fits) + ELLIPSIS;
  };
}
