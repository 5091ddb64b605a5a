import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { callGraph, MAX_NODES } from '../../../src/trace/in-worker/call-graph.ts';
import { pathColumns } from '../../../src/trace/in-worker/path-columns.ts';
import { wholeTrace } from '../../../src/trace/in-worker/row-scope.ts';
import { arbitraryTrace } from '../arbitrary-trace.ts';
import { columnsOf } from '../columns-of.ts';

describe('the graph of a trace', () => {
  const shop = columnsOf([
    { startMs: 0, durationMs: 100, name: 'GET /', service: 'web' },
    { parent: 0, startMs: 10, durationMs: 20, name: 'load', service: 'proxy' },
    { parent: 1, startMs: 12, durationMs: 10, name: 'load', service: 'stock', error: true },
    { parent: 0, startMs: 40, durationMs: 50, name: 'render', service: 'web' },
  ]);

  it('has the services and who called whom', () => {
    const { nodes, edges } = callGraph(shop, pathColumns(shop), 'service', wholeTrace(shop));
    const idOf = (service: string): string | undefined => nodes.find((node) => node.service === service)?.id;
    expect(edges.map(({ from, to, callCount, errorCount }) => [from, to, callCount, errorCount])).toEqual([
      [idOf('web'), idOf('proxy'), 1, 0],
      [idOf('proxy'), idOf('stock'), 1, 1],
    ]);
  });

  it('has operations, and calls over a hidden span', () => {
    const operations = callGraph(shop, pathColumns(shop), 'operation', wholeTrace(shop));
    expect(operations.nodes).toHaveLength(4);
    expect(operations.edges).toHaveLength(3);
    const scope = { ...wholeTrace(shop), hidden: Uint8Array.of(0, 1, 0, 0) };
    const { edges } = callGraph(shop, pathColumns(shop), 'service', scope);
    expect(edges).toMatchObject([{ callCount: 1, errorCount: 1 }]);
  });

  it('of any trace counts every span once, and every call', () => {
    fc.assert(
      fc.property(arbitraryTrace, (columns) => {
        const { nodes, edges, leftOut } = callGraph(columns, pathColumns(columns), 'operation', wholeTrace(columns));
        expect(leftOut).toBe(0);
        expect(nodes.reduce((sum, { spanCount }) => sum + spanCount, 0)).toBe(columns.spanCount);
        const calls = [...columns.parent].filter((parent) => parent >= 0).length;
        expect(edges.reduce((sum, { callCount }) => sum + callCount, 0)).toBe(calls);
      }),
    );
  });

  it('keeps the most important nodes and says how many it left out', () => {
    const many = columnsOf([
      { startMs: 0, durationMs: 10_000, name: 'root' },
      ...Array.from({ length: MAX_NODES + 9 }, (_, index) => ({
        parent: 0,
        startMs: index * 10,
        durationMs: 5,
        name: `step ${index}`,
      })),
    ]);
    const { nodes, leftOut } = callGraph(many, pathColumns(many), 'operation', wholeTrace(many));
    expect(nodes).toHaveLength(MAX_NODES);
    expect(leftOut).toBe(10);
    expect(nodes[0]?.operation).toBe('root');
  });
});
