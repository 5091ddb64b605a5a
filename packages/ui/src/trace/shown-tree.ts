import type { TraceColumns } from '@throughline/model';

/**
 * The tree as it is shown: a subtree of the trace, less the spans that are filtered out. What is below one of these
 * moves up to the next ancestor that is left.
 */
export interface ShownTree {
  readonly spanCount: number;
  /** The rows `[fromRow, toRow)`; the first is the root where a subtree is shown. */
  readonly fromRow: number;
  readonly toRow: number;
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  /** What to take off `depth`: that of the subtree's root. */
  readonly baseDepth: number;
  /** As in the trace's columns; of a row with nothing shown below it the next row. */
  readonly subtreeEnd: Uint32Array;
  /** One byte a span, 1 where it is filtered out; undefined if nothing is. */
  readonly hidden: Uint8Array | undefined;
  /** Of the subtree: how many spans are filtered out. */
  readonly hiddenCount: number;
  /** `shownUpTo[r]`: how many of the rows before `r` are not filtered out; undefined if nothing is. */
  readonly shownUpTo: Uint32Array | undefined;
}

/**
 * `root` is the row to show as root, -1 for the whole trace; `hidden` has one byte a span, 1 where it is filtered out.
 * O(n) with a filter, else O(1).
 */
export function shownTree(columns: TraceColumns, root = -1, hidden?: Uint8Array): ShownTree {
  const fromRow = Math.max(0, root);
  const toRow = root < 0 ? columns.spanCount : (columns.subtreeEnd[root] ?? columns.spanCount);
  const whole: ShownTree = {
    spanCount: columns.spanCount,
    fromRow,
    toRow,
    parent: columns.parent,
    depth: columns.depth,
    baseDepth: root < 0 ? 0 : (columns.depth[root] ?? 0),
    subtreeEnd: columns.subtreeEnd,
    hidden: undefined,
    hiddenCount: 0,
    shownUpTo: undefined,
  };
  return hidden === undefined ? whole : withoutHidden(columns, whole, hidden);
}

function withoutHidden(columns: TraceColumns, whole: ShownTree, hidden: Uint8Array): ShownTree {
  const { fromRow, toRow, spanCount } = whole;
  const parent = columns.parent.slice();
  const depth = new Uint32Array(spanCount);
  const subtreeEnd = columns.subtreeEnd.slice();
  const shownUpTo = new Uint32Array(spanCount + 1);
  for (let row = 0; row < spanCount; row++) {
    const isInside = row >= fromRow && row < toRow;
    shownUpTo[row + 1] = (shownUpTo[row] ?? 0) + (isInside && hidden[row] !== 1 ? 1 : 0);
    if (!isInside) continue;
    const above = columns.parent[row] ?? -1;
    const shownAbove = above < fromRow ? -1 : hidden[above] === 1 ? (parent[above] ?? -1) : above;
    parent[row] = shownAbove;
    depth[row] = shownAbove < 0 ? 0 : (depth[shownAbove] ?? 0) + 1;
  }
  for (let row = fromRow; row < toRow; row++) {
    const end = subtreeEnd[row] ?? row + 1;
    if ((shownUpTo[end] ?? 0) === (shownUpTo[row + 1] ?? 0)) subtreeEnd[row] = row + 1;
  }
  const hiddenCount = toRow - fromRow - (shownUpTo[toRow] ?? 0);
  return { ...whole, parent, depth, baseDepth: 0, subtreeEnd, hidden, hiddenCount, shownUpTo };
}

/** Whether the row is in the tree at all, folded away or not. */
export function isInTree({ fromRow, toRow, hidden }: ShownTree, row: number): boolean {
  return row >= fromRow && row < toRow && hidden?.[row] !== 1;
}

/** How deep the row is in the tree as shown: 0 for its roots. */
export function levelOf({ depth, baseDepth }: Pick<ShownTree, 'depth' | 'baseDepth'>, row: number): number {
  return (depth[row] ?? 0) - baseDepth;
}

/** All spans shown below `row`, whatever their depth. */
export function shownBelow({ subtreeEnd, shownUpTo }: ShownTree, row: number): number {
  const end = subtreeEnd[row] ?? row + 1;
  return shownUpTo === undefined ? end - row - 1 : (shownUpTo[end] ?? 0) - (shownUpTo[row + 1] ?? 0);
}

/** The deepest level of the tree as shown. */
export function deepestLevel(tree: ShownTree): number {
  let deepest = 0;
  for (let row = tree.fromRow; row < tree.toRow; row++) deepest = Math.max(deepest, tree.depth[row] ?? 0);
  return Math.max(0, deepest - tree.baseDepth);
}
