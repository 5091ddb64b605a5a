import { isDetached } from './detached.ts';
import { childrenOf, type TraceTimes } from './trace-facts.ts';

/** A stretch of the critical path, in nanoseconds from the trace's start. Never empty. */
export interface PathSegment {
  /** The span that it is charged to; of a gap the span that begins when the gap is over. */
  readonly row: number;
  readonly fromNano: number;
  readonly toNano: number;
  /** `gap`: no span of the path was running, for example while a message lay in a queue. */
  readonly kind: 'span' | 'gap';
}

export interface CriticalPath {
  /** By time, without holes: each begins where the one before it ends. */
  readonly segments: readonly PathSegment[];
  /** By row: nanoseconds charged to the span itself, not to its children and without gaps. */
  readonly contributionNano: Float64Array;
  readonly gapNano: number;
  /** The length of the path: all contributions and gaps. */
  readonly totalNano: number;
}

/**
 * Who made the trace take as long as it did: each instant from its start to its end is charged to one span, or to a gap
 * where none of the path ran. So contributions and gaps sum exactly to the trace's duration (below 2^53 ns).
 *
 * The path is walked backwards. Where a span waited for children, the instant is charged to the child that ended last;
 * before that child's start to the one that ended last among those that had begun earlier, and so on; what is left is the
 * span's own. Where siblings overlap, the earlier one is charged up to the start of the later. Children are seen only
 * within their parents (clocks err), but for two cases: work that begins or ends outside its parents (asynchronous
 * children, several roots, clock errors) is on the path of the trace where nothing else explains the time; and a
 * child that its parent did not wait for (see `isDetached`) is not on the path while the parent runs.
 *
 * O(n log n) time, O(n) memory, no recursion.
 *
 * Source: the last-finishing-child walk of CRISP (Zhang et al., "CRISP: Critical Path Analysis of Large-Scale
 * Microservice Architectures", USENIX ATC 2022), extended to work outside its parents.
 */
export function criticalPath(facts: TraceTimes): CriticalPath {
  return walk(facts, -1, 0, facts.totalNano);
}

/** The same within one span: who made it take as long as it did. Sums to the span's duration. */
export function criticalPathOf(facts: TraceTimes, row: number): CriticalPath {
  return walk(facts, row, facts.startNano[row] ?? 0, facts.endNano[row] ?? 0);
}

interface Extents {
  /** Earliest start and latest end in the row's subtree. */
  readonly from: Float64Array;
  readonly to: Float64Array;
}

function walk(facts: TraceTimes, top: number, fromNano: number, toNano: number): CriticalPath {
  const { startNano, endNano, spanCount } = facts;
  const extents = subtreeExtents(facts);
  const own: Extents = { from: startNano, to: endNano };
  const segments: PathSegment[] = [];
  const taken = new Uint8Array(spanCount);
  /** Triples: row, from, to. Each row comes up at most once, so the work is bounded by the number of spans. */
  const tasks: number[] = [top, fromNano, toNano];

  /**
   * Charges the time from `cursor` back to `floor` to the candidates, latest end first, and what none of them covers to
   * the row. Returns how far back it came: a child may have begun before `floor`, but none is followed below `low`.
   */
  const cover = (
    row: number,
    candidates: readonly number[],
    { from, to }: Extents,
    kind: PathSegment['kind'],
    bounds: { readonly low: number; readonly floor: number; readonly cursor: number },
  ): number => {
    const { low, floor } = bounds;
    let { cursor } = bounds;
    // Of a gap this is only the last resort, see `assemble`: a span without length has no segment.
    const owner = kind === 'gap' ? (candidates[0] ?? row) : row;
    for (const child of candidates) {
      if (cursor <= floor) break;
      const begin = Math.max(low, from[child] ?? 0);
      const end = Math.min(to[child] ?? 0, cursor);
      if (end <= floor) break;
      if (end <= begin || taken[child] === 1) continue;
      if (end < cursor) segments.push({ row: owner, fromNano: end, toNano: cursor, kind });
      taken[child] = 1;
      tasks.push(child, begin, end);
      cursor = begin;
    }
    if (cursor <= floor) return cursor;
    segments.push({ row: owner, fromNano: floor, toNano: cursor, kind });
    return floor;
  };

  while (tasks.length > 0) {
    const high = tasks.pop() ?? 0;
    const low = tasks.pop() ?? 0;
    const row = tasks.pop() ?? 0;
    const children = childrenOf(facts, row);
    if (row < 0) {
      cover(row, byEnd(children, extents.to), extents, 'gap', { low, floor: low, cursor: high });
      continue;
    }
    const start = startNano[row] ?? 0;
    const end = endNano[row] ?? 0;
    let cursor = high;
    if (cursor > end) {
      const floor = Math.max(low, end);
      cursor = cover(row, byEnd(children, extents.to), extents, 'gap', { low, floor, cursor });
    }
    if (cursor > start && cursor > low) {
      const floor = Math.max(low, start);
      const awaited = children.filter((child) => !isDetached(facts, child));
      cursor = cover(row, byEnd(awaited, endNano), own, 'span', { low: floor, floor, cursor });
    }
    if (cursor > low) cover(row, byEnd(children, extents.to), extents, 'gap', { low, floor: low, cursor });
  }
  return assemble(segments, spanCount);
}

function assemble(segments: PathSegment[], spanCount: number): CriticalPath {
  // Backwards, so that each gap meets the span that follows it first.
  segments.sort((a, b) => b.fromNano - a.fromNano);
  const contributionNano = new Float64Array(spanCount);
  const path: PathSegment[] = [];
  let gapNano = 0;
  let totalNano = 0;
  let following: number | undefined;
  for (const segment of segments) {
    const length = segment.toNano - segment.fromNano;
    totalNano += length;
    if (segment.kind === 'gap') {
      gapNano += length;
      path.push({ ...segment, row: following ?? segment.row });
    } else {
      contributionNano[segment.row] = (contributionNano[segment.row] ?? 0) + length;
      following = segment.row;
      path.push(segment);
    }
  }
  return { segments: path.toReversed(), contributionNano, gapNano, totalNano };
}

function subtreeExtents({ trace, startNano, endNano, spanCount }: TraceTimes): Extents {
  const from = startNano.slice();
  const to = endNano.slice();
  for (let row = spanCount - 1; row > 0; row--) {
    const parent = trace.parent[row] ?? -1;
    if (parent < 0) continue;
    from[parent] = Math.min(from[parent] ?? 0, from[row] ?? 0);
    to[parent] = Math.max(to[parent] ?? 0, to[row] ?? 0);
  }
  return { from, to };
}

/** Latest end first; of equal ones the later row, which began later. */
function byEnd(rows: readonly number[], endNano: Float64Array): readonly number[] {
  return rows.toSorted((a, b) => (endNano[b] ?? 0) - (endNano[a] ?? 0) || b - a);
}
