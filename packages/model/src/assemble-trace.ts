import { type DistinctSpans, distinctSpans } from './distinct-spans.ts';
import type { Span } from './span.ts';
import type { Trace } from './trace.ts';
import { traceIssues } from './trace-issues.ts';

/** "No parent" in columns of rows and positions. */
const NONE = -1;

/**
 * The spans of one trace as a tree, see {@link Trace} for what comes out. All spans must have the same trace id.
 *
 * A span's parent is the span whose id is its parent id; where several spans have this id (conflicting duplicates), the
 * first of them in the order of siblings. A cycle is cut above its first span in the same order. Never fails, needs no
 * recursion, and takes O(n log n) time; no spans make an empty trace with the id `''` at the epoch.
 */
export function assembleTrace(spans: readonly Span[]): Trace {
  const distinct = distinctSpans(spans);
  const count = distinct.spans.length;
  const parentOf = findParents(distinct);
  const cut = cutCycles(parentOf);

  const positionOf = depthFirst(distinct, parentOf);
  const rowOf = new Int32Array(count);
  for (let row = 0; row < count; row++) rowOf[positionOf[row] ?? 0] = row;

  const rows: Span[] = [];
  const parent = new Int32Array(count);
  const depth = new Uint32Array(count);
  const subtreeEnd = new Uint32Array(count);
  const roots: number[] = [];
  for (let row = 0; row < count; row++) {
    const position = positionOf[row] ?? 0;
    const span = distinct.spans[position];
    if (span !== undefined) rows.push(span);
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
    traceId: spans[0]?.traceId ?? '',
    spans: rows,
    parent,
    depth,
    subtreeEnd,
    roots,
    startTimeUnixNano: distinct.spans[0]?.startTimeUnixNano ?? 0n,
    endTimeUnixNano: latestEnd(distinct),
    issues: traceIssues({ distinct, positionOf, parent, roots, cut }),
    copyCount: distinct.copyCount,
  };
}

/** By position: the position of the parent, if it is there. A span may be its own parent, and cycles are possible. */
function findParents({ spans, firstOfId }: DistinctSpans): Int32Array {
  const parentOf = new Int32Array(spans.length);
  for (let position = 0; position < spans.length; position++) {
    const parentSpanId = spans[position]?.parentSpanId ?? '';
    parentOf[position] = parentSpanId === '' ? NONE : firstOfId(parentSpanId);
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
function depthFirst({ spans }: DistinctSpans, parentOf: Int32Array): Uint32Array {
  const count = spans.length;
  // Children as linked lists, last one first, because a stack turns the order round.
  const lastChild = new Int32Array(count).fill(NONE);
  const previousSibling = new Int32Array(count).fill(NONE);
  const trueRoots: number[] = [];
  const otherRoots: number[] = [];
  for (const [position, span] of spans.entries()) {
    const parent = parentOf[position] ?? NONE;
    if (parent === NONE) (span.parentSpanId === '' ? trueRoots : otherRoots).push(position);
    else {
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

function latestEnd({ spans, endOffsetNano, exact }: DistinctSpans): bigint {
  let latest = 0n;
  let latestOffset = Number.NEGATIVE_INFINITY;
  for (const [position, span] of spans.entries()) {
    const offset = endOffsetNano[position] ?? 0;
    if (offset < latestOffset || (exact && offset === latestOffset)) continue;
    const end = span.endTimeUnixNano > span.startTimeUnixNano ? span.endTimeUnixNano : span.startTimeUnixNano;
    if (offset > latestOffset || end > latest) latest = end;
    latestOffset = offset;
  }
  return latest;
}
