import type { TraceColumns } from '@throughline/model';

import type { ShownTree } from './shown-tree.ts';
import { firstOf, type SiblingGroups } from './sibling-groups.ts';

/** The trace's own columns will do: nothing is filtered out then. */
export type Tree = Pick<TraceColumns, 'spanCount' | 'parent' | 'depth' | 'subtreeEnd'> &
  Partial<Pick<ShownTree, 'fromRow' | 'toRow' | 'hidden'>>;

/** Repeated siblings, and which of their groups are shown as one row (1). */
export interface GroupFolds {
  readonly groups: SiblingGroups;
  readonly folded: Uint8Array;
}

/** One byte a span: 1 where the children are folded away. */
export type FoldState = Uint8Array;

/** Rows of the trace that are shown, in order. Of a folded group that is its first. */
export function visibleRows(tree: Tree, folded: FoldState, repeats?: GroupFolds): Int32Array {
  const { hidden, fromRow = 0, toRow = tree.spanCount } = tree;
  const rows = new Int32Array(toRow - fromRow);
  let count = 0;
  for (let row = fromRow; row < toRow;) {
    if (hidden?.[row] === 1) {
      row++;
      continue;
    }
    const group = repeats === undefined ? -1 : foldedGroupOf(repeats, row);
    if (group < 0 || (repeats !== undefined && firstOf(repeats.groups, group) === row)) rows[count++] = row;
    row = folded[row] === 1 || group >= 0 ? (tree.subtreeEnd[row] ?? row + 1) : row + 1;
  }
  return rows.subarray(0, count);
}

/** The group whose one row stands for this one; -1 if the row is shown for itself. */
export function foldedGroupOf({ groups, folded }: GroupFolds, row: number): number {
  const group = groups.groupOf[row] ?? -1;
  return group >= 0 && folded[group] === 1 ? group : -1;
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

/**
 * Folded wherever a service is entered and the work below stays within it, so that what is left are the calls between
 * services; or, of one `service` (an index into `strings`), wherever it is entered.
 */
export function foldedInServices(tree: Tree, columns: Pick<TraceColumns, 'service'>, service?: number): FoldState {
  const folded = new Uint8Array(tree.spanCount);
  // Whether all that is below has the row's service: known from the last row up, as parents come first.
  const isPure = new Uint8Array(tree.spanCount).fill(1);
  for (let row = tree.spanCount - 1; row >= 0; row--) {
    const parent = tree.parent[row] ?? -1;
    const isEntry = parent < 0 || columns.service[parent] !== columns.service[row];
    if (parent >= 0 && (isEntry || isPure[row] === 0)) isPure[parent] = 0;
    if (!isEntry || !hasChildren(tree, row)) continue;
    if (service === undefined ? isPure[row] === 1 : columns.service[row] === service) folded[row] = 1;
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

/** Unfolds the groups that hide `row` or an ancestor of it. The same array if none does. */
export function withGroupsRevealed(tree: Tree, { groups, folded }: GroupFolds, row: number): Uint8Array {
  let next = folded;
  for (let above = row; above >= 0; above = tree.parent[above] ?? -1) {
    const group = groups.groupOf[above] ?? -1;
    // The first row is there either way, unless what is below it is to be seen.
    if (group < 0 || next[group] !== 1 || (above === row && firstOf(groups, group) === row)) continue;
    if (next === folded) next = folded.slice();
    next[group] = 0;
  }
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
