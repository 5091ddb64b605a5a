import type { TraceColumns } from '@throughline/model';

type Tree = Pick<TraceColumns, 'spanCount' | 'parent' | 'depth' | 'subtreeEnd'>;

/** One byte a span: 1 where the children are folded away. */
export type FoldState = Uint8Array;

/** Rows of the trace that are shown, in order. */
export function visibleRows(tree: Tree, folded: FoldState): Int32Array {
  const rows = new Int32Array(tree.spanCount);
  let count = 0;
  for (let row = 0; row < tree.spanCount;) {
    rows[count++] = row;
    row = folded[row] === 1 ? (tree.subtreeEnd[row] ?? row + 1) : row + 1;
  }
  return rows.subarray(0, count);
}

/** Position of `row` among the shown rows, or -1 if it is folded away. */
export function positionOfRow(rows: Int32Array, row: number): number {
  const position = lowerBound(rows, row);
  return rows[position] === row ? position : -1;
}

/** Position of the shown row that stands for `row`: itself or the folded ancestor that hides it. */
export function positionStandingFor(rows: Int32Array, row: number): number {
  const position = lowerBound(rows, row);
  return rows[position] === row ? position : Math.max(0, position - 1);
}

function lowerBound(rows: Int32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function hasChildren(tree: Tree, row: number): boolean {
  return (tree.subtreeEnd[row] ?? row + 1) > row + 1;
}

/** All spans below `row`, whatever their depth. */
export function descendantCount(tree: Tree, row: number): number {
  return Math.max(0, (tree.subtreeEnd[row] ?? row + 1) - row - 1);
}

export function unfolded(tree: Tree): FoldState {
  return new Uint8Array(tree.spanCount);
}

/** Everything below the roots folded away. */
export function allFolded(tree: Tree): FoldState {
  return foldedFromDepth(tree, 0);
}

/** Spans down to `depth` are shown, deeper ones folded away. */
export function foldedFromDepth(tree: Tree, depth: number): FoldState {
  const folded = new Uint8Array(tree.spanCount);
  for (let row = 0; row < tree.spanCount; row++) {
    if ((tree.depth[row] ?? 0) >= depth && hasChildren(tree, row)) folded[row] = 1;
  }
  return folded;
}

export function withFold(folded: FoldState, row: number, fold: boolean): FoldState {
  const next = folded.slice();
  next[row] = fold ? 1 : 0;
  return next;
}

/** Folds or unfolds `row` and all that is below it. */
export function withSubtreeFold(tree: Tree, folded: FoldState, row: number, fold: boolean): FoldState {
  const next = folded.slice();
  const end = tree.subtreeEnd[row] ?? row + 1;
  for (let inner = row; inner < end; inner++) next[inner] = fold && hasChildren(tree, inner) ? 1 : 0;
  return next;
}

/** Unfolds the ancestors of `row`, so that it is shown. The same array if it already is. */
export function revealed(tree: Tree, folded: FoldState, row: number): FoldState {
  let next = folded;
  for (let parent = tree.parent[row] ?? -1; parent >= 0; parent = tree.parent[parent] ?? -1) {
    if (next[parent] !== 1) continue;
    if (next === folded) next = folded.slice();
    next[parent] = 0;
  }
  return next;
}

/** The deepest level of the trace. */
export function maxDepth(tree: Tree): number {
  let deepest = 0;
  for (let row = 0; row < tree.spanCount; row++) deepest = Math.max(deepest, tree.depth[row] ?? 0);
  return deepest;
}
