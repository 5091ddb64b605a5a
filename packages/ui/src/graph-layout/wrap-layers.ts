import type { GraphLayout, GraphToLayOut, PlacedEdge, PlacedNode, Point } from './graph.ts';

const WANTED_ASPECT = 1.6;
const ROW_GAP = 14;
const COLUMN_GAP = 28;
const LAYER_GAP = 110;
const MARGIN = 24;

/**
 * A layered layout of many nodes with each layer broken into columns, so that the drawing is about as wide as it is
 * high: hundreds of boxes above one another would be a thread. The order within a layer stays; the edges become single
 * curves, which may pass behind boxes. Only for layouts from left to right.
 */
export function wrapLayers(layout: GraphLayout, edges: GraphToLayOut['edges']): GraphLayout {
  const layers = layersOf(layout.nodes);
  const tallest = Math.max(1, ...layers.map((layer) => layer.length));
  let best = place(layers, tallest);
  for (let rows = 4; rows < tallest; rows++) {
    const placed = place(layers, rows);
    if (distanceFromWanted(placed) < distanceFromWanted(best)) best = placed;
  }
  const byId = new Map(best.nodes.map((node) => [node.id, node]));
  return {
    ...best,
    edges: edges.flatMap(({ id, from, to }): readonly PlacedEdge[] => {
      const [source, target] = [byId.get(from), byId.get(to)];
      if (source === undefined || target === undefined) return [];
      const points = pointsBetween(source, target);
      const [first, last] = [points[0], points.at(-1)];
      if (first === undefined || last === undefined) return [];
      return [{ id, from, to, points, label: { x: (first.x + last.x) / 2, y: (first.y + last.y) / 2 } }];
    }),
  };
}

/** The nodes by layer from left to right, each from top to bottom. dagre centres the boxes of a layer on one line. */
function layersOf(nodes: readonly PlacedNode[]): readonly (readonly PlacedNode[])[] {
  const layers = new Map<number, PlacedNode[]>();
  for (const node of nodes) {
    const middle = Math.round(node.x + node.width / 2);
    const layer = layers.get(middle);
    if (layer === undefined) layers.set(middle, [node]);
    else layer.push(node);
  }
  return [...layers].toSorted(([a], [b]) => a - b).map(([, layer]) => layer.toSorted((a, b) => a.y - b.y));
}

function place(layers: readonly (readonly PlacedNode[])[], rows: number): Omit<GraphLayout, 'edges'> {
  const nodes: PlacedNode[] = [];
  let x = MARGIN;
  let bottom = MARGIN;
  for (const layer of layers) {
    const columnCount = Math.ceil(layer.length / rows);
    // Even columns: a last one with a single box would look like a layer of its own.
    const perColumn = Math.ceil(layer.length / columnCount);
    for (let start = 0; start < layer.length; start += perColumn) {
      const column = layer.slice(start, start + perColumn);
      const width = Math.max(...column.map((node) => node.width));
      let y = MARGIN;
      for (const node of column) {
        nodes.push({ ...node, x, y });
        y += node.height + ROW_GAP;
      }
      bottom = Math.max(bottom, y - ROW_GAP);
      x += width + COLUMN_GAP;
    }
    x += LAYER_GAP - COLUMN_GAP;
  }
  return { nodes, width: Math.max(0, x - LAYER_GAP) + MARGIN, height: bottom + MARGIN };
}

function distanceFromWanted({ width, height }: Omit<GraphLayout, 'edges'>): number {
  return Math.abs(Math.log(width / height / WANTED_ASPECT));
}

/** From the right side of a box to the left side of the other, or around where that one stands on the left. */
function pointsBetween(source: PlacedNode, target: PlacedNode): readonly Point[] {
  const from = { x: source.x + source.width, y: source.y + source.height / 2 };
  const to = { x: target.x, y: target.y + target.height / 2 };
  const reach = Math.max(30, Math.abs(to.x - from.x) / 4);
  return [
    from,
    { x: from.x + reach, y: from.y + (to.y - from.y) * 0.15 },
    { x: to.x - reach, y: to.y - (to.y - from.y) * 0.15 },
    to,
  ];
}
