import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { hitGraph } from '../../src/graph-layout/graph-hit-test.ts';
import { layOutGraph } from '../../src/graph-layout/lay-out-graph.ts';

const box = (id: string): { readonly id: string; readonly width: number; readonly height: number } => ({
  id,
  width: 100,
  height: 40,
});

describe('layOutGraph', () => {
  it('puts who calls left of whom it calls', () => {
    const { nodes } = layOutGraph({
      direction: 'right',
      nodes: ['db', 'web', 'orders'].map(box),
      edges: [
        { id: '1', from: 'web', to: 'orders' },
        { id: '2', from: 'orders', to: 'db', label: { width: 50, height: 16 } },
      ],
    });
    const left = new Map(nodes.map(({ id, x }) => [id, x]));
    expect(left.get('web')).toBeLessThan(left.get('orders') ?? 0);
    expect(left.get('orders')).toBeLessThan(left.get('db') ?? 0);
  });

  it('takes circles, several edges between two nodes, edges to oneself, and nothing at all', () => {
    const { edges } = layOutGraph({
      direction: 'down',
      nodes: ['a', 'b'].map(box),
      edges: [
        { id: '1', from: 'a', to: 'b' },
        { id: '2', from: 'a', to: 'b' },
        { id: '3', from: 'b', to: 'a' },
        { id: '4', from: 'b', to: 'b' },
        { id: '5', from: 'b', to: 'nobody' },
      ],
    });
    expect(edges.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
    for (const { points } of edges) expect(points.length).toBeGreaterThan(1);
    expect(layOutGraph({ direction: 'right', nodes: [], edges: [] })).toEqual({
      width: 0,
      height: 0,
      nodes: [],
      edges: [],
    });
  });

  it('never lays one box over another, and finds each where it is', () => {
    const graph = fc.integer({ min: 1, max: 12 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        edges: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 24 }),
      }),
    );
    fc.assert(
      fc.property(graph, ({ count, edges }) => {
        const layout = layOutGraph({
          direction: 'right',
          nodes: Array.from({ length: count }, (_, index) => box(String(index))),
          edges: edges.map(([from, to], index) => ({ id: `edge ${index}`, from: String(from), to: String(to) })),
        });
        for (const [index, a] of layout.nodes.entries()) {
          expect(hitGraph(layout, { x: a.x + 50, y: a.y + 20 }, 4)).toEqual({ kind: 'node', node: a });
          for (const b of layout.nodes.slice(index + 1)) {
            const isApart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(isApart).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
