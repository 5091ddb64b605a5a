import {
  foldedGroupOf,
  type FoldState,
  type GroupFolds,
  hasChildren,
  positionStandingFor,
  type Tree,
} from './visible-rows.ts';

export type TreeMove = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last' | 'in' | 'out';

/** What a move does: go to a row, or fold or unfold the row, or the group of repeated siblings, one is on. */
export type TreeStep =
  | { readonly kind: 'go'; readonly row: number }
  | { readonly kind: 'unfold-group'; readonly group: number }
  | { readonly kind: 'fold' | 'unfold'; readonly row: number }
  | { readonly kind: 'stay' };

/**
 * Arrow keys in a tree as the ARIA tree grid pattern has them: `in` unfolds, then goes to the first child; `out` folds,
 * then goes to the parent.
 */
export function treeStep(
  tree: Tree,
  rows: Int32Array,
  folded: FoldState,
  row: number,
  move: TreeMove,
  pageRowCount: number,
  repeats?: GroupFolds,
): TreeStep {
  if (rows.length === 0) return { kind: 'stay' };
  const position = positionStandingFor(rows, row);
  const here = rows[position] ?? 0;
  const group = repeats === undefined ? -1 : foldedGroupOf(repeats, here);
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
      if (group >= 0) return { kind: 'unfold-group', group };
      if (!hasChildren(tree, here)) return { kind: 'stay' };
      return folded[here] === 1 ? { kind: 'unfold', row: here } : goTo(position + 1);
    case 'out': {
      if (group < 0 && hasChildren(tree, here) && folded[here] !== 1) return { kind: 'fold', row: here };
      const parent = tree.parent[here] ?? -1;
      return parent >= (tree.fromRow ?? 0) ? { kind: 'go', row: parent } : { kind: 'stay' };
    }
  }
}

/**
 * The next (`step` 1) or previous (-1) row of the tree marked in `marks`, around the end; -1 if none is. A mark is any
 * number but 0.
 */
export function nextMarked(
  marks: Uint8Array | Float64Array,
  from: number,
  step: 1 | -1,
  tree: Pick<Tree, 'fromRow' | 'toRow' | 'hidden'> = {},
): number {
  const { fromRow = 0, toRow = marks.length, hidden } = tree;
  const count = toRow - fromRow;
  for (let i = 1; i <= count; i++) {
    const row = fromRow + ((((from - fromRow + step * i) % count) + count) % count);
    if (marks[row] !== 0 && hidden?.[row] !== 1) return row;
  }
  return -1;
}
