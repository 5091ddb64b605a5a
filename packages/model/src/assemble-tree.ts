import { type DistinctSpans, distinctSpans, effectiveEnd } from './distinct-spans.ts';
import { NO_PARENT, type SpanTable } from './span-table.ts';
import { SpanIssue } from './trace-columns.ts';
import type { Trace } from './trace.ts';

/** "No parent" in columns of rows and positions. */
const NONE = -1;

/** A trace's tree over the spans of a table. See {@link Trace} for rows and what they mean. */
export interface SpanTree extends Pick<
  Trace,
  'parent' | 'depth' | 'subtreeEnd' | 'roots' | 'startTimeUnixNano' | 'endTimeUnixNano' | 'copyCount'
> {
  /** By row: the index in the table. */
  readonly indexOf: Uint32Array;
  /** By row: {@link SpanIssue} bits. */
  readonly issues: Uint8Array;
}

/**
 * The spans of one trace as a tree.
 *
 * A span's parent is the span whose id is its parent id; where several spans have this id (conflicting duplicates), the
 * first of them in the order of siblings. A cycle is cut above its first span in the same order. Never fails, needs no
 * recursion, and takes O(n log n) time; no spans make an empty tree at the epoch.
 */
export function assembleTree(table: SpanTable): SpanTree {
  const distinct = distinctSpans(table);
  const count = distinct.indexOf.length;
  const parentOf = findParents(table, distinct);
  const cut = cutCycles(parentOf);

  const positionOf = depthFirst(table, distinct, parentOf);
  const rowOf = new Int32Array(count);
  for (let row = 0; row < count; row++) rowOf[positionOf[row] ?? 0] = row;

  const indexOf = new Uint32Array(count);
  const parent = new Int32Array(count);
  const depth = new Uint32Array(count);
  const subtreeEnd = new Uint32Array(count);
  const roots: number[] = [];
  for (let row = 0; row < count; row++) {
    const position = positionOf[row] ?? 0;
    indexOf[row] = distinct.indexOf[position] ?? 0;
    const parentPosition = parentOf[position] ?? NONE;
    if (parentPosition === NONE) {
      parent[row] = NONE;
      roots.push(row);
    } else {
      const parentRow = rowOf[parentPosition] ?? 0;
      parent[row] = parentRow;
      depth[row] = (depth[parentRow] ?? 0) + 1;
    }
    subtreeEnd[row] = row + 1;
  }
  // Descendants follow their ancestors, so going backwards each row is complete before it is added to its parent.
  for (let row = count - 1; row >= 0; row--) {
    const parentRow = parent[row] ?? NONE;
    if (parentRow !== NONE) subtreeEnd[parentRow] = Math.max(subtreeEnd[parentRow] ?? 0, subtreeEnd[row] ?? 0);
  }

  return {
    indexOf,
    parent,
    depth,
    subtreeEnd,
    roots,
    startTimeUnixNano: count === 0 ? 0n : table.startTimeUnixNano(distinct.indexOf[0] ?? 0),
    endTimeUnixNano: latestEnd(table, distinct),
    issues: issueBits(table, distinct, { positionOf, parent, cut }),
    copyCount: distinct.copyCount,
  };
}

/** By position: the position of the parent, if it is there. A span may be its own parent, and cycles are possible. */
function findParents({ firstOfParentId }: SpanTable, { indexOf, firstPositionOfId }: DistinctSpans): Int32Array {
  const parentOf = new Int32Array(indexOf.length);
  for (let position = 0; position < indexOf.length; position++) {
    const first = firstOfParentId[indexOf[position] ?? 0] ?? NONE;
    parentOf[position] = first < 0 ? NONE : (firstPositionOfId[first] ?? NONE);
  }
  return parentOf;
}

/** Makes a forest of `parentOf` and returns the positions above which it was cut. */
function cutCycles(parentOf: Int32Array): ReadonlySet<number> {
  const cut = new Set<number>();
  // 0: not seen; otherwise 1 + the position from which a walk towards the root came by.
  const seenFrom = new Uint32Array(parentOf.length);
  for (let start = 0; start < parentOf.length; start++) {
    let position = start;
    while (position !== NONE && seenFrom[position] === 0) {
      seenFrom[position] = start + 1;
      position = parentOf[position] ?? NONE;
    }
    if (position === NONE || seenFrom[position] !== start + 1) continue;
    // The walk met itself. Each cycle is found once, by the first walk that leads into it.
    let first = position;
    for (let next = parentOf[position] ?? NONE; next !== position; next = parentOf[next] ?? NONE) {
      first = Math.min(first, next);
    }
    parentOf[first] = NONE;
    cut.add(first);
  }
  return cut;
}

/** The positions in depth-first order: true roots and what is below them, then orphans and cut cycles. */
function depthFirst({ firstOfParentId }: SpanTable, { indexOf }: DistinctSpans, parentOf: Int32Array): Uint32Array {
  const count = parentOf.length;
  // Children as linked lists, last one first, because a stack turns the order round.
  const lastChild = new Int32Array(count).fill(NONE);
  const previousSibling = new Int32Array(count).fill(NONE);
  const trueRoots: number[] = [];
  const otherRoots: number[] = [];
  for (let position = 0; position < count; position++) {
    const parent = parentOf[position] ?? NONE;
    if (parent === NONE) {
      (firstOfParentId[indexOf[position] ?? 0] === NO_PARENT ? trueRoots : otherRoots).push(position);
    } else {
      previousSibling[position] = lastChild[parent] ?? NONE;
      lastChild[parent] = position;
    }
  }

  const order = new Uint32Array(count);
  const stack = new Uint32Array(count);
  let height = 0;
  for (const root of otherRoots.toReversed()) stack[height++] = root;
  for (const root of trueRoots.toReversed()) stack[height++] = root;
  for (let row = 0; height > 0; row++) {
    const position = stack[--height] ?? 0;
    order[row] = position;
    for (let child = lastChild[position] ?? NONE; child !== NONE; child = previousSibling[child] ?? NONE) {
      stack[height++] = child;
    }
  }
  return order;
}

function latestEnd(table: SpanTable, { indexOf, endOffsetNano, exact }: DistinctSpans): bigint {
  let latest = 0n;
  let latestOffset = Number.NEGATIVE_INFINITY;
  let latestPosition = -1;
  for (let position = 0; position < indexOf.length; position++) {
    const offset = endOffsetNano[position] ?? 0;
    if (offset < latestOffset || (exact && offset === latestOffset)) continue;
    if (!exact) {
      const end = effectiveEnd(table, indexOf[position] ?? 0);
      if (offset > latestOffset || end > latest) latest = end;
    }
    latestOffset = offset;
    latestPosition = position;
  }
  return exact && latestPosition >= 0 ? effectiveEnd(table, indexOf[latestPosition] ?? 0) : latest;
}

function issueBits(
  table: SpanTable,
  { indexOf, conflicting, startOffsetNano, endOffsetNano, exact }: DistinctSpans,
  tree: { readonly positionOf: Uint32Array; readonly parent: Int32Array; readonly cut: ReadonlySet<number> },
): Uint8Array {
  const bits = new Uint8Array(indexOf.length);
  for (let row = 0; row < bits.length; row++) {
    const position = tree.positionOf[row] ?? 0;
    const index = indexOf[position] ?? 0;
    let issues = conflicting[position] === 1 ? SpanIssue.CONFLICTING_DUPLICATE : 0;
    const parentRow = tree.parent[row] ?? NONE;
    if (parentRow !== NONE) {
      const parentPosition = tree.positionOf[parentRow] ?? 0;
      const parent = indexOf[parentPosition] ?? 0;
      const byStart = (startOffsetNano[parentPosition] ?? 0) - (startOffsetNano[position] ?? 0);
      const byEnd = (endOffsetNano[position] ?? 0) - (endOffsetNano[parentPosition] ?? 0);
      if (exact ? byStart > 0 : table.startTimeUnixNano(index) < table.startTimeUnixNano(parent)) {
        issues |= SpanIssue.STARTS_BEFORE_PARENT;
      }
      if (exact ? byEnd > 0 : effectiveEnd(table, index) > effectiveEnd(table, parent)) {
        issues |= SpanIssue.ENDS_AFTER_PARENT;
      }
    } else if (tree.cut.has(position)) {
      issues |= SpanIssue.CYCLE;
    } else if (table.firstOfParentId[index] !== NO_PARENT) {
      issues |= SpanIssue.MISSING_PARENT;
    }
    // The offsets are equal then: its effective end is its start.
    const isShort = (endOffsetNano[position] ?? 0) <= (startOffsetNano[position] ?? 0);
    if (isShort && table.endTimeUnixNano(index) < table.startTimeUnixNano(index)) {
      issues |= SpanIssue.NEGATIVE_DURATION;
    }
    bits[row] = issues;
  }
  return bits;
}
