import { childrenOf, type TraceTimes } from './trace-facts.ts';

/** Stretches of a span's time in which none of its children ran, in nanoseconds from the trace's start. */
export interface OwnStretch {
  readonly row: number;
  readonly fromNano: number;
  readonly toNano: number;
  /** The child that ended last before it, and the one that begins behind it; -1 where there is none. */
  readonly afterRow: number;
  readonly beforeRow: number;
}

/**
 * Visits every stretch of every span, row by row, in time order. Children count only within their parent; those that
 * overlap count once. O(n) (children come sorted by start).
 */
export function forEachOwnStretch(facts: TraceTimes, visit: (stretch: OwnStretch) => void): void {
  const { startNano, endNano, spanCount } = facts;
  for (let row = 0; row < spanCount; row++) {
    const end = endNano[row] ?? 0;
    let cursor = startNano[row] ?? 0;
    let afterRow = -1;
    for (const child of childrenOf(facts, row)) {
      const childStart = startNano[child] ?? 0;
      const childEnd = Math.min(endNano[child] ?? 0, end);
      if (childStart > cursor && cursor < end) {
        const toNano = Math.min(childStart, end);
        visit({ row, fromNano: cursor, toNano, afterRow, beforeRow: childStart < end ? child : -1 });
        cursor = toNano;
      }
      if (childEnd <= cursor) continue;
      cursor = childEnd;
      afterRow = child;
    }
    if (cursor < end) visit({ row, fromNano: cursor, toNano: end, afterRow, beforeRow: -1 });
  }
}

/**
 * By row: the span's duration less the time in which at least one child ran (exclusive time), in nanoseconds.
 * Between 0 and the duration.
 */
export function selfTimes(facts: TraceTimes): Float64Array {
  const selfNano = new Float64Array(facts.spanCount);
  forEachOwnStretch(facts, ({ row, fromNano, toNano }) => {
    selfNano[row] = (selfNano[row] ?? 0) + toNano - fromNano;
  });
  return selfNano;
}
