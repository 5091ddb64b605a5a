import { describe, expect, it } from 'vitest';

import { layOutGraph } from '../../src/graph-layout/lay-out-graph.ts';

const nodes = Array.from({ length: 200 }, (_, index) => ({ id: String(index), width: 100, height: 40 }));
const edges = nodes.slice(1).map(({ id }, index) => ({ id: `edge ${index}`, from: '0', to: id }));

describe('a layout of many nodes', () => {
  const layout = layOutGraph({ direction: 'right', nodes, edges });

  it('is about as wide as high, with every node within it and none over another', () => {
    expect(layout.width / layout.height).toBeGreaterThan(0.8);
    expect(layout.width / layout.height).toBeLessThan(3);
    for (const [index, a] of layout.nodes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(layout.width);
      expect(a.y + a.height).toBeLessThanOrEqual(layout.height);
      const isOver = layout.nodes
        .slice(index + 1)
        .some((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height);
      expect(isOver).toBe(false);
    }
  });

  it('keeps every edge, from the side of one box to the side of the other', () => {
    expect(layout.edges).toHaveLength(edges.length);
    const byId = new Map(layout.nodes.map((node) => [node.id, node]));
    for (const { from, to, points } of layout.edges) {
      const [source, target] = [byId.get(from), byId.get(to)];
      expect(points[0]).toEqual({ x: (source?.x ?? 0) + 100, y: (source?.y ?? 0) + 20 });
      expect(points.at(-1)).toEqual({ x: target?.x, y: (target?.y ?? 0) + 20 });
    }
  });
});
