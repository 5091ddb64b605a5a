import type { Point } from './graph.ts';

/** A cubic curve after a point before it. */
export interface CurveSegment {
  readonly control1: Point;
  readonly control2: Point;
  readonly to: Point;
}

/**
 * A smooth way through the points, as cubic curves (a centripetal Catmull-Rom spline would overshoot less, but dagre's
 * points are far apart and nearly in line).
 */
export function curveThrough(points: readonly Point[]): readonly CurveSegment[] {
  const segments: CurveSegment[] = [];
  for (let index = 1; index < points.length; index++) {
    const from = points[index - 1];
    const to = points[index];
    if (from === undefined || to === undefined) continue;
    const before = points[index - 2] ?? from;
    const after = points[index + 1] ?? to;
    segments.push({
      control1: { x: from.x + (to.x - before.x) / 6, y: from.y + (to.y - before.y) / 6 },
      control2: { x: to.x - (after.x - from.x) / 6, y: to.y - (after.y - from.y) / 6 },
      to,
    });
  }
  return segments;
}

const PIECES = 8;

/** The same way as short straight pieces, to measure distances from. */
export function flattenedPath(points: readonly Point[]): readonly Point[] {
  const [first] = points;
  if (first === undefined) return [];
  const flat: Point[] = [first];
  let from = first;
  for (const { control1, control2, to } of curveThrough(points)) {
    for (let piece = 1; piece <= PIECES; piece++) flat.push(cubicAt(from, control1, control2, to, piece / PIECES));
    from = to;
  }
  return flat;
}

/** The middle of the way, by its points; where a label stands. */
export function middleOf(points: readonly Point[]): Point {
  const flat = flattenedPath(points);
  return flat[Math.floor(flat.length / 2)] ?? { x: 0, y: 0 };
}

function cubicAt(from: Point, control1: Point, control2: Point, to: Point, t: number): Point {
  const u = 1 - t;
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return {
    x: a * from.x + b * control1.x + c * control2.x + d * to.x,
    y: a * from.y + b * control1.y + c * control2.y + d * to.y,
  };
}
