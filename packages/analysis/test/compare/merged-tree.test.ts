import { assembleTrace, type Span } from '@throughline/model';
import { arbitraryTraceSpans } from '@throughline/model/testing/arbitraries';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTraces, mergedTree } from '../../src/index.ts';
import { largeTrace, span, trace } from '../spans.ts';

/** The tree as indented lines: `-` only before, `+` only after. */
function outline(before: readonly Span[], after: readonly Span[]): readonly string[] {
  const [left, right] = [trace(...before), trace(...after)];
  const tree = mergedTree(left, right, compareTraces(left, right));
  return Array.from({ length: tree.nodeCount }, (_, node) => {
    const [a, b] = [tree.beforeRow[node] ?? -1, tree.afterRow[node] ?? -1];
    const name = (b >= 0 ? right.spans[b] : left.spans[a])?.name ?? '';
    return `${'  '.repeat(tree.depth[node] ?? 0)}${a < 0 ? '+' : b < 0 ? '-' : ''}${name}`;
  });
}

const base: readonly Span[] = [
  span(1, 'GET /', 0, 100),
  span(2, 'auth', 5, 15, { parent: 1 }),
  span(3, 'cart', 20, 60, { parent: 1 }),
  span(4, 'SELECT', 25, 55, { parent: 3 }),
  span(5, 'render', 65, 95, { parent: 1 }),
];

describe('mergedTree', () => {
  test('of a trace with itself is its tree', () => {
    expect(outline(base, base)).toEqual(['GET /', '  auth', '  cart', '    SELECT', '  render']);
  });

  test('what only one trace has stands behind the sibling that it followed, with what is below it', () => {
    const after = [
      span(1, 'GET /', 0, 100),
      span(2, 'auth', 5, 15, { parent: 1 }),
      span(6, 'flags', 16, 18, { parent: 1 }),
      span(5, 'render', 65, 95, { parent: 1 }),
      span(7, 'template', 70, 80, { parent: 5 }),
    ];
    expect(outline(base, after)).toEqual([
      'GET /',
      '  auth',
      '  -cart',
      '    -SELECT',
      '  +flags',
      '  render',
      '    +template',
    ]);
  });

  test('a span below one that was put in between stands there once', () => {
    const after = base.map((each) => (each.name === 'cart' ? { ...each, parentSpanId: '0000000000000009' } : each));
    expect(outline(base, [...after, span(9, 'retry', 18, 62, { parent: 1 })])).toEqual([
      'GET /',
      '  auth',
      '  +retry',
      '    cart',
      '      SELECT',
      '  render',
    ]);
  });

  test('traces that have nothing in common stand one after the other', () => {
    expect(outline([span(1, 'a', 0, 1)], [span(2, 'b', 0, 1)])).toEqual(['-a', '+b']);
    expect(outline([], [span(2, 'b', 0, 1)])).toEqual(['+b']);
    expect(outline([span(2, 'b', 0, 1)], [])).toEqual(['-b']);
    expect(outline([], [])).toEqual([]);
  });

  test('has every span of both traces exactly once, and is a tree in depth-first order', () => {
    fc.assert(
      fc.property(arbitraryTraceSpans(), arbitraryTraceSpans(), (a, b) => {
        const [left, right] = [assembleTrace(a), assembleTrace(b)];
        const diff = compareTraces(left, right);
        const tree = mergedTree(left, right, diff);
        const rows = (column: Int32Array): readonly number[] =>
          [...column].filter((row) => row >= 0).toSorted((x, y) => x - y);
        expect(rows(tree.beforeRow)).toEqual(left.spans.map((_, row) => row));
        expect(rows(tree.afterRow)).toEqual(right.spans.map((_, row) => row));
        for (let node = 0; node < tree.nodeCount; node++) {
          const parent = tree.parent[node] ?? -1;
          expect(parent).toBeLessThan(node);
          if (parent >= 0) {
            expect(tree.depth[node]).toBe((tree.depth[parent] ?? 0) + 1);
            expect(tree.subtreeEnd[parent]).toBeGreaterThanOrEqual(tree.subtreeEnd[node] ?? 0);
          }
          const afterRow = tree.afterRow[node] ?? -1;
          if (afterRow < 0) continue;
          expect(tree.beforeRow[node]).toBe(diff.partnerOfAfter[afterRow]);
          // The order and the parents of `after` are kept.
          const above = right.parent[afterRow] ?? -1;
          expect(parent < 0 ? -1 : tree.afterRow[parent]).toBe(above);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the differences on the critical path explain the whole difference', () => {
    fc.assert(
      fc.property(arbitraryTraceSpans(), arbitraryTraceSpans(), (a, b) => {
        const diff = compareTraces(assembleTrace(a), assembleTrace(b));
        const sum = (nanos: Float64Array): number => nanos.reduce((total, nano) => total + nano, 0);
        const explained = sum(diff.criticalNanoOfAfter) - sum(diff.criticalNanoOfBefore) + diff.gapDeltaNano;
        expect(explained).toBeCloseTo(diff.durationDeltaNano, -1);
      }),
      { numRuns: 60 },
    );
  });

  test('needs no recursion on deep trees', () => {
    const large = largeTrace(5_000);
    expect(mergedTree(large, large, compareTraces(large, large)).nodeCount).toBe(5_000);
  });
});
