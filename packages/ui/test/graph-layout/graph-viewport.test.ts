import { describe, expect, it } from 'vitest';

import { hitGraph } from '../../src/graph-layout/graph-hit-test.ts';
import {
  centreViewport,
  fitViewport,
  MIN_SCALE,
  panViewport,
  toDrawing,
  zoomViewport,
} from '../../src/graph-layout/graph-viewport.ts';

const screen = { width: 800, height: 400 };

describe('the viewport of a drawing', () => {
  it('shows all of it in the middle, and does not blow a small one up', () => {
    const large = fitViewport({ width: 1600, height: 400 }, screen);
    expect(large).toEqual({ scale: 0.5, left: 0, top: 100 });
    const small = fitViewport({ width: 100, height: 100 }, screen);
    expect(small.scale).toBeLessThan(1.2);
    const middle = toDrawing(small, { x: 400, y: 200 });
    expect(middle.x).toBeCloseTo(50, 6);
    expect(middle.y).toBeCloseTo(50, 6);
    expect(fitViewport({ width: 0, height: 0 }, { width: 0, height: 0 }).scale).toBe(MIN_SCALE);
  });

  it('zooms around a place that stays where it is', () => {
    const viewport = { scale: 0.5, left: 10, top: 20 };
    const at = { x: 300, y: 100 };
    for (const factor of [2, 0.25, 1000, 1e-6]) {
      const zoomed = zoomViewport(viewport, factor, at);
      const [before, after] = [toDrawing(viewport, at), toDrawing(zoomed, at)];
      expect(after.x).toBeCloseTo(before.x, 6);
      expect(after.y).toBeCloseTo(before.y, 6);
    }
  });

  it('is never moved so far that nothing is left to see', () => {
    const drawing = { width: 1000, height: 1000 };
    for (const x of [-1e6, 1e6]) {
      const { left, top, scale } = panViewport({ scale: 1, left: 0, top: 0 }, { x, y: x }, drawing, screen);
      expect(left).toBeLessThan(screen.width);
      expect(left + drawing.width * scale).toBeGreaterThan(0);
      expect(top).toBeLessThan(screen.height);
      expect(top + drawing.height * scale).toBeGreaterThan(0);
    }
  });

  it('brings a place to the middle', () => {
    const viewport = centreViewport({ scale: 2, left: 0, top: 0 }, { x: 7, y: 9 }, screen);
    expect(toDrawing(viewport, { x: 400, y: 200 })).toEqual({ x: 7, y: 9 });
  });
});

it('an edge is hit near its line, the nearest first, and never through a box', () => {
  const edge = (id: string, y: number) => ({
    id,
    from: 'a',
    to: 'b',
    label: { x: 50, y },
    points: [
      { x: 0, y },
      { x: 100, y },
    ],
  });
  const layout = {
    width: 100,
    height: 100,
    nodes: [{ id: 'a', x: 80, y: 0, width: 20, height: 100 }],
    edges: [edge('1', 10), edge('2', 16)],
  };
  expect(hitGraph(layout, { x: 50, y: 12 }, 8)).toMatchObject({ kind: 'edge', edge: { id: '1' } });
  expect(hitGraph(layout, { x: 50, y: 14 }, 8)).toMatchObject({ kind: 'edge', edge: { id: '2' } });
  expect(hitGraph(layout, { x: 50, y: 40 }, 8)).toBeUndefined();
  expect(hitGraph(layout, { x: 90, y: 10 }, 8)).toMatchObject({ kind: 'node', node: { id: 'a' } });
});
