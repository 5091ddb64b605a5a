import type { ResultTrace } from './result-trace.ts';

/** Traces that arrived are listed up to this many; older ones are the search's to find again. */
export const MAX_TAIL = 500;

/**
 * The list with what arrived since on top, the latest first. A trace that arrives again, because it grew, is told anew
 * where it is.
 */
export function withArrived(
  list: readonly ResultTrace[],
  arrived: ReadonlyMap<string, ResultTrace>,
): readonly ResultTrace[] {
  if (arrived.size === 0) return list;
  const known = new Set(list.map(({ traceId }) => traceId));
  const fresh = [...arrived.values()].filter(({ traceId }) => !known.has(traceId)).toReversed();
  return [...fresh, ...list.map((trace) => arrived.get(trace.traceId) ?? trace)].slice(0, MAX_TAIL);
}

/** The traces that arrived, then those that were found and are not among them. */
export function withFound(tail: readonly ResultTrace[], found: readonly ResultTrace[]): readonly ResultTrace[] {
  if (tail.length === 0) return found;
  const arrived = new Set(tail.map(({ traceId }) => traceId));
  return [...tail, ...found.filter(({ traceId }) => !arrived.has(traceId))];
}
