import { Graph, layout } from '@dagrejs/dagre';

import { middleOf } from './edge-path.ts';
import { wrapLayers } from './wrap-layers.ts';
import type { GraphLayout, GraphToLayOut, Point } from './graph.ts';

/**
 * From this many edges on the quicker of dagre's rankers: its own choice takes seconds there, for layers that are only
 * a little better.
 */
const MANY_EDGES = 300;

/** From this many nodes on the layers are broken into columns, where they lead to the right. */
const MANY_NODES = 60;

/** Places a graph in layers (Sugiyama's method, by dagre). Edges that close a circle lead backwards. */
export function layOutGraph({ nodes, edges, direction }: GraphToLayOut): GraphLayout {
  const graph = new Graph({ directed: true, multigraph: true });
  graph.setGraph({
    rankdir: direction === 'right' ? 'LR' : 'TB',
    nodesep: 20,
    edgesep: 12,
    ranksep: 64,
    marginx: 24,
    marginy: 24,
    acyclicer: 'greedy',
    ranker: edges.length > MANY_EDGES ? 'tight-tree' : 'network-simplex',
  });
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  const known = edges.filter(({ from, to }) => graph.hasNode(from) && graph.hasNode(to));
  for (const { id, from, to, label } of known) {
    graph.setEdge(from, to, { width: label?.width ?? 0, height: label?.height ?? 0, labelpos: 'c' }, id);
  }
  layout(graph);
  const bounds = graph.graph();
  const placed: GraphLayout = {
    width: finite(bounds.width),
    height: finite(bounds.height),
    nodes: nodes.map(({ id, width, height }) => {
      const { x, y } = graph.node(id);
      return { id, width, height, x: finite(x) - width / 2, y: finite(y) - height / 2 };
    }),
    edges: known.map(({ id, from, to, label }) => {
      const edge = graph.edge(from, to, id);
      const points = pointsOf(edge.points);
      const { x, y } = edge;
      return {
        id,
        from,
        to,
        points,
        label: label === undefined || x === undefined || y === undefined ? middleOf(points) : { x, y },
      };
    }),
  };
  return nodes.length > MANY_NODES && direction === 'right' ? wrapLayers(placed, known) : placed;
}

function pointsOf(points: readonly Point[] | undefined): readonly Point[] {
  return (points ?? []).map(({ x, y }) => ({ x, y }));
}

/** An empty graph has bounds of minus infinity. */
function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
