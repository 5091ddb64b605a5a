import { flattenedPath } from './edge-path.ts';
import type { GraphLayout, PlacedEdge, PlacedNode, Point } from './graph.ts';

export type GraphHit =
  | { readonly kind: 'node'; readonly node: PlacedNode }
  | { readonly kind: 'edge'; readonly edge: PlacedEdge };

/** The node at a place of the drawing, or else the edge nearest to it within `reach`. Later nodes lie above earlier ones. */
export function hitGraph({ nodes, edges }: GraphLayout, at: Point, reach: number): GraphHit | undefined {
  const node = nodes.findLast(
    ({ x, y, width, height }) => at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height,
  );
  if (node !== undefined) return { kind: 'node', node };
  let best: PlacedEdge | undefined;
  let bestDistance = reach;
  for (const edge of edges) {
    if (!isNear(edge, at, reach)) continue;
    const distance = distanceToPath(flattenedPath(edge.points), at);
    if (distance > bestDistance) continue;
    best = edge;
    bestDistance = distance;
  }
  return best === undefined ? undefined : { kind: 'edge', edge: best };
}

function isNear({ points }: PlacedEdge, { x, y }: Point, reach: number): boolean {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const point of points) {
    left = Math.min(left, point.x);
    right = Math.max(right, point.x);
    top = Math.min(top, point.y);
    bottom = Math.max(bottom, point.y);
  }
  return x >= left - reach && x <= right + reach && y >= top - reach && y <= bottom + reach;
}

function distanceToPath(points: readonly Point[], at: Point): number {
  let least = Infinity;
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1], points[index]];
    if (from !== undefined && to !== undefined) least = Math.min(least, distanceToSegment(from, to, at));
  }
  return least;
}

function distanceToSegment(from: Point, to: Point, at: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  const share = squared === 0 ? 0 : Math.min(1, Math.max(0, ((at.x - from.x) * dx + (at.y - from.y) * dy) / squared));
  return Math.hypot(at.x - from.x - share * dx, at.y - from.y - share * dy);
}
