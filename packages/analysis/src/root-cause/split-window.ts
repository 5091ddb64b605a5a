import type { Trace } from '@throughline/model';
import { causeAttributes } from './cause-attributes.ts';
import { finish, type Steps } from '../steps.ts';
import { observe } from './observations.ts';
import { type ObservedRanking, rankObserved, type RootCauseRanking, tracesAt } from './rank-root-causes.ts';

export interface WindowAnalysis {
  readonly ranking: RootCauseRanking;
  /** Where the window divides best; undefined where no division shows anything. */
  readonly split:
    | {
        readonly atUnixNano: bigint;
        /** Which part served as the reference: what was before the instant, or after. */
        readonly reference: 'before' | 'after';
      }
    | undefined;
}

/** The window is divided at the eighths of its traces. */
const PARTS = 8;

/**
 * Root causes of a window without a reference: of the divisions of the window by time into a reference and a rest, the
 * one that shows the strongest cause.
 *
 * Assumption: the window holds a stretch before the trouble began, or after it was over. Where all of it is troubled
 * nothing can be found, and the ranking is empty or weak. O(n log n), 14 times the work of a ranking but for reading the
 * traces.
 */
export function rankWithinWindow(traces: readonly Trace[]): WindowAnalysis {
  return finish(rankWithinWindowInSteps(traces));
}

/** As {@link rankWithinWindow}. */
export function* rankWithinWindowInSteps(traces: readonly Trace[]): Steps<WindowAnalysis> {
  const ordered = traces.toSorted((a, b) => (a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1));
  const observations = yield* observe(ordered);
  let best: { readonly ranking: ObservedRanking; readonly split: WindowAnalysis['split'] } | undefined;
  for (let part = 1; part < PARTS; part++) {
    const at = Math.floor((part * ordered.length) / PARTS);
    for (const reference of ['before', 'after'] as const) {
      const ranking = yield* rankObserved(observations, { at, reference });
      if ((ranking.services[0]?.score ?? 0) <= (best?.ranking.services[0]?.score ?? 0)) continue;
      best = { ranking, split: { atUnixNano: ordered[at]?.startTimeUnixNano ?? 0n, reference } };
    }
  }
  if (best === undefined) {
    return { ranking: { services: [], operations: [], instances: [], attributes: [] }, split: undefined };
  }
  const { affectedTraces, ...ranking } = best.ranking;
  const affected = tracesAt(observations, affectedTraces);
  const attributes = yield* causeAttributes(ordered, (trace) => affected.has(trace));
  return { ranking: { ...ranking, attributes }, split: best.split };
}
