import type { Palette } from '../canvas/palette.ts';
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
const FADED = 0.4;
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

export function paintMap(context: CanvasRenderingContext2D, scene: MapScene, palette: Palette): void {
  const { layout, viewport, edges, nodes } = scene;
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
      if (edge === undefined) continue;
      const fails = edge.errorRate >= NOTABLE_ERROR_RATE;
      if ((fails || near?.has(placed.id) === true) !== isAbove) continue;
      context.globalAlpha = near !== undefined ? (near.has(placed.id) ? 1 : FADED * usual) : fails ? 1 : usual;
      paintEdge(context, placed, edge, scene, palette, busiest);
    }
  }
  for (const placed of layout.nodes) {
    const node = nodes.get(placed.id);
    if (node === undefined) continue;
    context.globalAlpha = near === undefined || near.has(placed.id) ? 1 : FADED;
    paintNode(context, placed, node, scene, palette);
  }
  context.globalAlpha = 1;
  if (viewport.scale >= FACTS_FROM_SCALE) {
    for (const placed of layout.edges) {
      const edge = edges.get(placed.id);
      if (edge !== undefined && (near === undefined ? scene.hasLabels : near.has(placed.id)))
        paintLabel(context, placed, edge, palette);
    }
  }
  context.restore();
}

/** What stays in full: what is chosen, its edges and their other ends. */
function nearbyOf({ layout, chosen, hovered }: MapScene): ReadonlySet<string> | undefined {
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
  const [start] = placed.points;
  const end = placed.points.at(-1);
  const before = placed.points.at(-2);
  if (start === undefined || end === undefined || before === undefined) return;
  const isMarked = placed.id === chosen || placed.id === hovered;
  const colour =
    edge.errorRate >= NOTABLE_ERROR_RATE ? palette.error : isMarked ? palette.accent : palette.borderStrong;
  const width = MIN_WIDTH + (MAX_WIDTH - MIN_WIDTH) * Math.sqrt(edge.perSecond / busiest);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = isMarked ? width + 1.5 : width;
  context.setLineDash(edge.isSampled ? [6, 4] : []);
  context.beginPath();
  context.moveTo(start.x, start.y);
  for (const { control1, control2, to } of curveThrough(placed.points)) {
    context.bezierCurveTo(control1.x, control1.y, control2.x, control2.y, to.x, to.y);
  }
  context.stroke();
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
  context.fillText(cut(context, node.name, width - TEXT_INSET - 10), left, y + 20);
  if (viewport.scale < FACTS_FROM_SCALE) return;
  context.fillStyle = palette.muted;
  context.font = FACTS_FONT;
  context.fillText(cut(context, nodeLabel(node), width - TEXT_INSET - 10), left, y + 36);
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
  const width = context.measureText(label).width + LABEL_INSET;
  context.fillStyle = palette.ground;
  context.fillRect(x - width / 2, y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT);
  context.fillStyle = edge.errorRate >= NOTABLE_ERROR_RATE ? palette.error : palette.muted;
  context.fillText(label, x, y);
}

const ELLIPSIS = '…';

/** As much of a text as fits. */
function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (context.measureText(text.slice(0, middle) + ELLIPSIS).width <= width) fits = middle;
    else tooLong = middle;
  }
  return text.slice(0, fits) + ELLIPSIS;
}
