import type { Trace } from '@throughline/model';
import { criticalPath, type CriticalPath } from '../trace/critical-path.ts';
import { durationOf, type TraceFacts, traceFacts } from '../trace/trace-facts.ts';
import { alignTraces } from './align-traces.ts';

/** A span that both traces have. Nanoseconds; deltas are after less before. */
export interface ChangedSpan {
  readonly beforeRow: number;
  readonly afterRow: number;
  readonly durationDeltaNano: number;
  /** Of the time on the critical path that is charged to the span itself. */
  readonly criticalDeltaNano: number;
}

/** A subtree that only one trace has: its topmost span, with what is below it. */
export interface OneSidedSpan {
  readonly row: number;
  /** Spans of the subtree that the other trace does not have, this one included. */
  readonly spanCount: number;
  /** What these spans have of the critical path. */
  readonly criticalNano: number;
}

/** How trace `after` differs from trace `before`. A trace against itself has no differences. */
export interface TraceDiff {
  readonly durationDeltaNano: number;
  /** What changed between gaps of the two critical paths. */
  readonly gapDeltaNano: number;
  /** By time on the critical path, most first. */
  readonly added: readonly OneSidedSpan[];
  readonly removed: readonly OneSidedSpan[];
  /** By how much they changed, on the critical path first. */
  readonly slower: readonly ChangedSpan[];
  readonly faster: readonly ChangedSpan[];
  /** Children that come at another place among their sequential siblings, by `afterRow`. */
  readonly reordered: readonly ChangedSpan[];
  /** By row of `before`: the row of `after`, or -1; and the other way round. */
  readonly partnerOfBefore: Int32Array;
  readonly partnerOfAfter: Int32Array;
  /** By row of each trace: the time on its critical path that is charged to the span itself. */
  readonly criticalNanoOfBefore: Float64Array;
  readonly criticalNanoOfAfter: Float64Array;
}

export interface TraceDiffOptions {
  /** A span is slower or faster from this change of its duration on: both of these. Default 0.1. */
  readonly minRatio?: number;
  /** Default 100 µs. */
  readonly minDeltaNano?: number;
}

/**
 * Compares two traces span by span, as `alignTraces` pairs them.
 *
 * The differences on the critical path explain the difference in duration exactly (below 2^53 ns): the critical deltas of
 * all pairs (those too small to be listed included), plus what was added, less what was removed, plus `gapDeltaNano`, is
 * `durationDeltaNano`. O(n log n).
 */
export function compareTraces(before: Trace, after: Trace, options: TraceDiffOptions = {}): TraceDiff {
  const { minRatio = 0.1, minDeltaNano = 100_000 } = options;
  const left = traceFacts(before);
  const right = traceFacts(after);
  const leftPath = criticalPath(left);
  const rightPath = criticalPath(right);
  const { partnerOfBefore, partnerOfAfter, reordered } = alignTraces(left, right);

  const changeOf = (beforeRow: number, afterRow: number): ChangedSpan => ({
    beforeRow,
    afterRow,
    durationDeltaNano: durationOf(right, afterRow) - durationOf(left, beforeRow),
    criticalDeltaNano: (rightPath.contributionNano[afterRow] ?? 0) - (leftPath.contributionNano[beforeRow] ?? 0),
  });
  const slower: ChangedSpan[] = [];
  const faster: ChangedSpan[] = [];
  for (const [beforeRow, afterRow] of partnerOfBefore.entries()) {
    if (afterRow < 0) continue;
    const change = changeOf(beforeRow, afterRow);
    const size = Math.abs(change.durationDeltaNano);
    if (size < minDeltaNano || size < minRatio * durationOf(left, beforeRow)) continue;
    (change.durationDeltaNano > 0 ? slower : faster).push(change);
  }
  const byChange = (a: ChangedSpan, b: ChangedSpan): number =>
    Math.abs(b.criticalDeltaNano) - Math.abs(a.criticalDeltaNano) ||
    Math.abs(b.durationDeltaNano) - Math.abs(a.durationDeltaNano) ||
    a.afterRow - b.afterRow;
  return {
    durationDeltaNano: right.totalNano - left.totalNano,
    gapDeltaNano: rightPath.gapNano - leftPath.gapNano,
    added: oneSided(right, rightPath, partnerOfAfter),
    removed: oneSided(left, leftPath, partnerOfBefore),
    slower: slower.toSorted(byChange),
    faster: faster.toSorted(byChange),
    reordered: reordered.map((beforeRow) => changeOf(beforeRow, partnerOfBefore[beforeRow] ?? -1)),
    partnerOfBefore,
    partnerOfAfter,
    criticalNanoOfBefore: leftPath.contributionNano,
    criticalNanoOfAfter: rightPath.contributionNano,
  };
}

/** Spans without a partner, gathered at the topmost of them. */
function oneSided({ trace, spanCount }: TraceFacts, path: CriticalPath, partner: Int32Array): readonly OneSidedSpan[] {
  const tops = new Map<number, { row: number; spanCount: number; criticalNano: number }>();
  const topOf = new Int32Array(spanCount).fill(-1);
  for (let row = 0; row < spanCount; row++) {
    if ((partner[row] ?? -1) >= 0) continue;
    const parent = trace.parent[row] ?? -1;
    const above = parent >= 0 ? (topOf[parent] ?? -1) : -1;
    const top = above >= 0 ? above : row;
    topOf[row] = top;
    let sums = tops.get(top);
    if (sums === undefined) {
      sums = { row: top, spanCount: 0, criticalNano: 0 };
      tops.set(top, sums);
    }
    sums.spanCount++;
    sums.criticalNano += path.contributionNano[row] ?? 0;
  }
  return [...tops.values()].toSorted((a, b) => b.criticalNano - a.criticalNano || a.row - b.row);
}
