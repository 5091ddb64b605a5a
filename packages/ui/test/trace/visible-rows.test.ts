import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  allFolded,
  descendantCount,
  foldedFromDepth,
  foldedInServices,
  maxDepth,
  positionOfRow,
  positionStandingFor,
  revealed,
  unfolded,
  visibleRows,
  withFold,
  withSubtreeFold,
} from '../../src/trace/visible-rows.ts';
import { arbitraryTrace } from './arbitrary-trace.ts';
import { columnsOf } from './columns-of.ts';

// 0 ─ 1 ─ 2
//   └ 3
const small = columnsOf([
  { startMs: 0, durationMs: 100 },
  { parent: 0, startMs: 1, durationMs: 50 },
  { parent: 1, startMs: 2, durationMs: 10 },
  { parent: 0, startMs: 60, durationMs: 10 },
]);

describe('visibleRows', () => {
  it('shows everything while nothing is folded', () => {
    expect([...visibleRows(small, unfolded(small))]).toEqual([0, 1, 2, 3]);
  });

  it('leaves out what is below a folded row', () => {
    expect([...visibleRows(small, withFold(unfolded(small), 1, true))]).toEqual([0, 1, 3]);
    expect([...visibleRows(small, allFolded(small))]).toEqual([0]);
  });

  it('shows exactly the rows without a folded ancestor', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.array(fc.nat(59)), (columns, folds) => {
        const folded = unfolded(columns);
        for (const row of folds) if (row < columns.spanCount) folded[row] = 1;
        const expected = Array.from({ length: columns.spanCount }, (_, row) => row).filter((row) => {
          for (let up = columns.parent[row] ?? -1; up >= 0; up = columns.parent[up] ?? -1) {
            if (folded[up] === 1) return false;
          }
          return true;
        });
        expect([...visibleRows(columns, folded)]).toEqual(expected);
      }),
    );
  });
});

describe('folding', () => {
  it('by depth shows that many levels and one', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.nat(8), (columns, depth) => {
        const rows = visibleRows(columns, foldedFromDepth(columns, depth));
        for (const row of rows) expect(columns.depth[row]).toBeLessThanOrEqual(depth);
        const shallow = Array.from(columns.depth.subarray(0, columns.spanCount)).filter((level) => level <= depth);
        expect(rows).toHaveLength(shallow.length);
      }),
    );
  });

  it('of a subtree reaches all of it and nothing else', () => {
    const folded = withSubtreeFold(small, unfolded(small), 0, true);
    expect([...folded]).toEqual([1, 1, 0, 0]);
    expect([...withSubtreeFold(small, folded, 1, false)]).toEqual([1, 0, 0, 0]);
  });

  it('by service leaves the calls between services', () => {
    const columns = columnsOf([
      { startMs: 0, durationMs: 100, service: 'web' },
      { parent: 0, startMs: 1, durationMs: 50, service: 'web' },
      { parent: 1, startMs: 2, durationMs: 10, service: 'stock' },
      { parent: 2, startMs: 3, durationMs: 5, service: 'stock' },
      { parent: 0, startMs: 60, durationMs: 10, service: 'cart' },
      { parent: 4, startMs: 61, durationMs: 5, service: 'cart' },
    ]);
    expect([...foldedInServices(columns, columns)]).toEqual([0, 0, 1, 0, 1, 0]);
    const web = columns.strings.indexOf('web');
    expect([...foldedInServices(columns, columns, web)]).toEqual([1, 0, 0, 0, 0, 0]);
  });

  it('is undone for a row that has to be seen', () => {
    fc.assert(
      fc.property(arbitraryTrace, fc.nat(59), (columns, pick) => {
        const row = pick % columns.spanCount;
        const open = revealed(columns, allFolded(columns), row);
        expect(positionOfRow(visibleRows(columns, open), row)).toBeGreaterThanOrEqual(0);
      }),
    );
    const nothingFolded = unfolded(small);
    expect(revealed(small, nothingFolded, 2)).toBe(nothingFolded);
  });
});

it('finds the shown row that stands for a folded one', () => {
  const rows = visibleRows(small, withFold(unfolded(small), 1, true));
  expect(positionOfRow(rows, 2)).toBe(-1);
  expect(rows[positionStandingFor(rows, 2)]).toBe(1);
  expect(rows[positionStandingFor(rows, 3)]).toBe(3);
});

it('counts descendants and levels', () => {
  expect(descendantCount(small, 0)).toBe(3);
  expect(descendantCount(small, 2)).toBe(0);
  expect(maxDepth(small)).toBe(2);
});
