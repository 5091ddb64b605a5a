import type { TraceColumns } from '@throughline/model';

import { type FoldState, hasChildren, positionStandingFor } from './visible-rows.ts';

export type TreeMove = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last' | 'in' | 'out';

/** What a move does: go to a row, or fold or unfold the row one is on. */
export type TreeStep =
  | { readonly kind: 'go'; readonly row: number }
  | { readonly kind: 'fold' | 'unfold'; readonly row: number }
  | { readonly kind: 'stay' };

/**
 * Arrow keys in a tree as the ARIA tree grid pattern has them: `in` unfolds, then goes to the first child; `out` folds,
 * then goes to the parent.
 */
export function treeStep(
  tree: Pick<TraceColumns, 'spanCount' | 'parent' | 'depth' | 'subtreeEnd'>,
  rows: Int32Array,
  folded: FoldState,
  row: number,
  move: TreeMove,
  pageRowCount: number,
): TreeStep {
  if (rows.length === 0) return { kind: 'stay' };
  const position = positionStandingFor(rows, row);
  const here = rows[position] ?? 0;
  const goTo = (target: number): TreeStep => {
    const there = rows[Math.min(Math.max(target, 0), rows.length - 1)] ?? 0;
    return there === here ? { kind: 'stay' } : { kind: 'go', row: there };
  };
  switch (move) {
    case 'up':
      return goTo(position - 1);
    case 'down':
      return goTo(position + 1);
    case 'pageUp':
      return goTo(position - pageRowCount);
    case 'pageDown':
      return goTo(position + pageRowCount);
    case 'first':
      return goTo(0);
    case 'last':
      return goTo(rows.length - 1);
    case 'in':
      if (!hasChildren(tree, here)) return { kind: 'stay' };
      return folded[here] === 1 ? { kind: 'unfold', row: here } : { kind: 'go', row: here + 1 };
    case 'out': {
      if (hasChildren(tree, here) && folded[here] !== 1) return { kind: 'fold', row: here };
      const parent = tree.parent[here] ?? -1;
      return parent >= 0 ? { kind: 'go', row: parent } : { kind: 'stay' };
    }
  }
}

/** The next (`step` 1) or previous (-1) row marked in `marks`, around the end; -1 if none is. */
export function nextMarked(marks: Uint8Array, from: number, step: 1 | -1): number {
  const count = marks.length;
  for (let i = 1; i <= count; i++) {
    const row = (from + step * i + count * 2) % count;
    if (marks[row] === 1) return row;
  }
  return -1;
}
