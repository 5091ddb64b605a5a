import type { CriticalPath } from './critical-path.ts';
import { ownPathTime } from './own-path-time.ts';
import { forEachOwnStretch } from './self-time.ts';
import type { TraceFacts } from './trace-facts.ts';

/** Time about which the trace says nothing, in nanoseconds from its start. */
export interface Gap {
  /**
   * `within_span`: the span had children, but none ran; what it did is not instrumented. `between_spans`: nothing of
   * the path ran at all, for example a message waited.
   */
  readonly kind: 'within_span' | 'between_spans';
  /** The span within which it is, or the one that ends it. */
  readonly row: number;
  readonly fromNano: number;
  readonly toNano: number;
  /** The children around it; -1 where there is none. */
  readonly afterRow: number;
  readonly beforeRow: number;
  /** How much of it is on the critical path. */
  readonly criticalNano: number;
}

export interface GapOptions {
  /** Gaps shorter than this share of the trace's duration are left out. Default 0.05. */
  readonly minShare?: number;
  /** Default 100; the longest. */
  readonly limit?: number;
}

/**
 * Stretches without instrumentation, those that cost most on the critical path first, then the longest. A span
 * without children is no gap: it is the instrumentation. O(n log n).
 */
export function gaps(facts: TraceFacts, path: CriticalPath, options: GapOptions = {}): readonly Gap[] {
  const { minShare = 0.05, limit = 100 } = options;
  const minNano = Math.max(minShare * facts.totalNano, Number.MIN_VALUE);
  const found: Omit<Gap, 'criticalNano'>[] = [];
  forEachOwnStretch(facts, (stretch) => {
    const hasChildren = (facts.trace.subtreeEnd[stretch.row] ?? 0) > stretch.row + 1;
    if (!hasChildren || stretch.toNano - stretch.fromNano < minNano) return;
    found.push({ kind: 'within_span', ...stretch });
  });
  const onPath = ownPathTime(path);
  const result = found.map((gap): Gap => ({ ...gap, criticalNano: onPath(gap.row, gap.fromNano, gap.toNano) }));
  for (const { kind, row, fromNano, toNano } of path.segments) {
    if (kind !== 'gap' || toNano - fromNano < minNano) continue;
    const criticalNano = toNano - fromNano;
    result.push({ kind: 'between_spans', row, fromNano, toNano, afterRow: -1, beforeRow: row, criticalNano });
  }
  return result
    .toSorted(
      (a, b) =>
        b.criticalNano - a.criticalNano ||
        b.toNano - b.fromNano - (a.toNano - a.fromNano) ||
        a.row - b.row ||
        a.fromNano - b.fromNano,
    )
    .slice(0, limit);
}
