import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { comparisonOf, contributorsOf, Mark } from '../../src/compare/comparison.ts';
import { traceOfColumns } from '../../src/trace/in-worker/column-trace.ts';
import { arbitraryTrace } from '../trace/arbitrary-trace.ts';
import { columnsOf, type TestSpan, testSpanId } from '../trace/columns-of.ts';

const MS = 1e6;
const before: readonly TestSpan[] = [
  { name: 'GET /', service: 'web', startMs: 0, durationMs: 100 },
  { name: 'auth', service: 'auth', parent: 0, startMs: 5, durationMs: 10 },
  { name: 'cart', service: 'cart', parent: 0, startMs: 20, durationMs: 40 },
];
const after: readonly TestSpan[] = [
  { name: 'GET /', service: 'web', startMs: 0, durationMs: 190 },
  { name: 'cart', service: 'cart', parent: 0, startMs: 20, durationMs: 130, error: true },
  { name: 'retry', service: 'cart', parent: 1, startMs: 100, durationMs: 50 },
];

function compare(a: readonly TestSpan[], b: readonly TestSpan[]) {
  return comparisonOf(columnsOf(a), columnsOf(b));
}

describe('the comparison of two traces', () => {
  const comparison = compare(before, after);
  const rows = Array.from({ length: comparison.spanCount }, (_, node) => ({
    name: comparison.strings[comparison.name[node] ?? 0],
    marks: comparison.marks[node],
    a: (comparison.aDurationNano[node] ?? 0) / MS,
    b: (comparison.bDurationNano[node] ?? 0) / MS,
    own: (comparison.criticalDeltaNano[node] ?? 0) / MS,
    subtree: (comparison.subtreeDeltaNano[node] ?? 0) / MS,
    differences: comparison.differenceCount[node],
  }));

  it('has each pair and each span that only one has, with both durations and how they differ', () => {
    expect(rows).toEqual([
      { name: 'GET /', marks: Mark.SLOWER, a: 100, b: 190, own: 10, subtree: 90, differences: 4 },
      { name: 'auth', marks: Mark.REMOVED, a: 10, b: Number.NaN, own: -10, subtree: -10, differences: 1 },
      { name: 'cart', marks: Mark.SLOWER | Mark.FAILS, a: 40, b: 130, own: 40, subtree: 90, differences: 2 },
      { name: 'retry', marks: Mark.ADDED, a: Number.NaN, b: 50, own: 50, subtree: 50, differences: 1 },
    ]);
    expect(comparison.durationDeltaNano).toBe(90 * MS);
    expect(comparison.pairCount).toBe(2);
    expect([comparison.aSpanId[1], comparison.bSpanId[1]]).toEqual([testSpanId(1), '']);
  });

  it('says who both are', () => {
    expect(comparison.a).toMatchObject({ rootService: 'web', rootName: 'GET /', spanCount: 3, errorCount: 0 });
    expect(comparison.b).toMatchObject({ durationNano: 190 * MS, spanCount: 3, errorCount: 1 });
  });

  it('names the operations by what they add', () => {
    expect(
      contributorsOf(comparison).map(({ name, deltaNano, aCount, bCount }) => [name, deltaNano / MS, aCount, bCount]),
    ).toEqual([
      ['retry', 50, 0, 1],
      ['cart', 40, 1, 1],
      ['GET /', 10, 1, 1],
      ['auth', -10, 1, 0],
    ]);
  });

  it('of a trace with itself has no differences', () => {
    const same = compare(before, before);
    expect([...same.marks]).toEqual([0, 0, 0]);
    expect(contributorsOf(same)).toEqual([]);
  });

  it('explains the whole difference, and the roots sum it up', () => {
    fc.assert(
      fc.property(arbitraryTrace, arbitraryTrace, (left, right) => {
        const { criticalDeltaNano, subtreeDeltaNano, parent, ...found } = comparisonOf(left, right);
        const sum = (nanos: Iterable<number>): number => [...nanos].reduce((total, nano) => total + nano, 0);
        expect(sum(criticalDeltaNano) + found.gapDeltaNano).toBe(found.durationDeltaNano);
        expect(sum(subtreeDeltaNano.filter((_, node) => parent[node] === -1))).toBe(sum(criticalDeltaNano));
      }),
      { numRuns: 50 },
    );
  });
});

it('columns become the same rows again', () => {
  fc.assert(
    fc.property(arbitraryTrace, (columns) => {
      const trace = traceOfColumns(columns);
      expect(trace.spans.map(({ name }) => name)).toEqual(Array.from(columns.name, (index) => columns.strings[index]));
      expect([...trace.parent]).toEqual([...columns.parent]);
      expect([trace.startTimeUnixNano, trace.endTimeUnixNano]).toEqual([
        columns.startTimeUnixNano,
        columns.endTimeUnixNano,
      ]);
    }),
    { numRuns: 50 },
  );
});
