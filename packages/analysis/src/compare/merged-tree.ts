import type { Trace } from '@throughline/model';
import { childrenOf } from '../trace/trace-facts.ts';
import type { TraceDiff } from './trace-diff.ts';

/**
 * Two traces as one tree, depth-first, one element a node: a pair of spans, or a span that only one of them has. Every
 * span of either trace is exactly one node.
 */
export interface MergedTree {
  readonly nodeCount: number;
  /** The span's row in each trace; -1 where that trace has none. */
  readonly beforeRow: Int32Array;
  readonly afterRow: Int32Array;
  /** -1 for a root. */
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  /** The node after the last descendant. */
  readonly subtreeEnd: Uint32Array;
}

/**
 * The tree of `after`, into which the spans that only `before` has are put: under what their parent was paired with (or
 * under the parent itself where it has gone too), each behind the sibling that it followed. A pair whose parents are not a
 * pair stands where `after` has it. O(n).
 */
export function mergedTree(
  before: Trace,
  after: Trace,
  { partnerOfBefore, partnerOfAfter }: Pick<TraceDiff, 'partnerOfBefore' | 'partnerOfAfter'>,
): MergedTree {
  const goneCount = partnerOfBefore.reduce((count, partner) => (partner < 0 ? count + 1 : count), 0);
  const nodeCount = after.spans.length + goneCount;
  const tree = {
    nodeCount,
    beforeRow: new Int32Array(nodeCount).fill(-1),
    afterRow: new Int32Array(nodeCount).fill(-1),
    parent: new Int32Array(nodeCount).fill(-1),
    depth: new Uint32Array(nodeCount),
    subtreeEnd: new Uint32Array(nodeCount),
  };
  const childrenOfNode = (beforeRow: number, afterRow: number): readonly Place[] =>
    mergeSiblings(before, after, partnerOfBefore, partnerOfAfter, beforeRow, afterRow);

  // Depth-first without recursion: places still to be numbered, the next one last.
  const pending = childrenOfNode(-1, -1)
    .toReversed()
    .map((place) => ({ ...place, parent: -1 }));
  let node = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    tree.beforeRow[node] = next.beforeRow;
    tree.afterRow[node] = next.afterRow;
    tree.parent[node] = next.parent;
    tree.depth[node] = next.parent < 0 ? 0 : (tree.depth[next.parent] ?? 0) + 1;
    tree.subtreeEnd[node] = node + 1;
    const children = childrenOfNode(next.beforeRow, next.afterRow);
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i];
      if (child !== undefined) pending.push({ ...child, parent: node });
    }
    node++;
  }
  for (let child = nodeCount - 1; child > 0; child--) {
    const parent = tree.parent[child] ?? -1;
    if (parent >= 0) {
      tree.subtreeEnd[parent] = Math.max(tree.subtreeEnd[parent] ?? 0, tree.subtreeEnd[child] ?? 0);
    }
  }
  return tree;
}

interface Place {
  readonly beforeRow: number;
  readonly afterRow: number;
}

/** The children of a node, -1 and -1 for the roots; of a span that `after` does not have only those it does not have either. */
function mergeSiblings(
  before: Trace,
  after: Trace,
  partnerOfBefore: Int32Array,
  partnerOfAfter: Int32Array,
  beforeRow: number,
  afterRow: number,
): readonly Place[] {
  const isRoots = beforeRow < 0 && afterRow < 0;
  const ofBefore = isRoots || beforeRow >= 0 ? childrenOf({ trace: before }, beforeRow) : [];
  const ofAfter = isRoots || afterRow >= 0 ? childrenOf({ trace: after }, afterRow) : [];
  const isHere = new Set(ofAfter);
  /** By the sibling's row in `after` (-1: before all others): those that come behind it. */
  const gone = new Map<number, number[]>();
  let previous = -1;
  for (const row of ofBefore) {
    const partner = partnerOfBefore[row] ?? -1;
    if (partner >= 0) {
      if (isHere.has(partner)) previous = partner;
      continue;
    }
    const behind = gone.get(previous);
    if (behind === undefined) gone.set(previous, [row]);
    else behind.push(row);
  }
  const places: Place[] = [];
  const putGone = (behind: number): void => {
    for (const row of gone.get(behind) ?? []) places.push({ beforeRow: row, afterRow: -1 });
  };
  putGone(-1);
  for (const row of ofAfter) {
    places.push({ beforeRow: partnerOfAfter[row] ?? -1, afterRow: row });
    putGone(row);
  }
  return places;
}
