import type { Comparison } from './comparison.ts';

/** In which order siblings stand: by time, or by how much they and what is below them add to the difference. */
export type RowOrder = 'time' | 'contribution';

type Tree = Pick<Comparison, 'spanCount' | 'parent' | 'subtreeEnd' | 'subtreeDeltaNano' | 'differenceCount'>;

/** All nodes in the order of their rows when nothing is folded: depth-first, a node before what is below it. */
export function rowSequence(tree: Tree, order: RowOrder): Int32Array {
  const { spanCount, subtreeEnd, subtreeDeltaNano } = tree;
  if (order === 'time') return Int32Array.from({ length: spanCount }, (_, node) => node);
  const sequence = new Int32Array(spanCount);
  const pending: number[] = [];
  const push = (from: number, to: number): void => {
    const siblings: number[] = [];
    for (let node = from; node < to; node = subtreeEnd[node] ?? to) siblings.push(node);
    siblings.sort((a, b) => Math.abs(subtreeDeltaNano[a] ?? 0) - Math.abs(subtreeDeltaNano[b] ?? 0) || b - a);
    // The last one is next.
    for (const node of siblings) pending.push(node);
  };
  push(0, spanCount);
  let count = 0;
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    sequence[count++] = node;
    push(node + 1, subtreeEnd[node] ?? node + 1);
  }
  return sequence;
}

/** The nodes that are shown, in order. */
export function shownNodes(tree: Tree, sequence: Int32Array, folded: Uint8Array, onlyDifferences: boolean): Int32Array {
  const nodes = new Int32Array(tree.spanCount);
  let count = 0;
  for (let at = 0; at < sequence.length;) {
    const node = sequence[at] ?? 0;
    const size = (tree.subtreeEnd[node] ?? node + 1) - node;
    if (onlyDifferences && (tree.differenceCount[node] ?? 0) === 0) {
      at += size;
      continue;
    }
    nodes[count++] = node;
    at += folded[node] === 1 ? size : 1;
  }
  return nodes.subarray(0, count);
}

/** What is folded at first: whatever has no difference below it. */
export function initialFolds(
  tree: Pick<Comparison, 'spanCount' | 'subtreeEnd' | 'differenceCount' | 'marks'>,
): Uint8Array {
  const folded = new Uint8Array(tree.spanCount);
  for (let node = 0; node < tree.spanCount; node++) {
    const own = tree.marks[node] === 0 ? 0 : 1;
    const hasBelow = (tree.subtreeEnd[node] ?? 0) > node + 1;
    if (hasBelow && (tree.differenceCount[node] ?? 0) === own) folded[node] = 1;
  }
  return folded;
}

/** Nothing above the node is folded; the same array if nothing was. */
export function unfoldedTo(tree: Pick<Comparison, 'parent'>, folded: Uint8Array, node: number): Uint8Array {
  let next = folded;
  for (let above = tree.parent[node] ?? -1; above >= 0; above = tree.parent[above] ?? -1) {
    if (next[above] !== 1) continue;
    if (next === folded) next = folded.slice();
    next[above] = 0;
  }
  return next;
}
