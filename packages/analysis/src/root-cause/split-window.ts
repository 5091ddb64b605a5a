import type { Trace } from '@throughline/model';
import type { Division } from './anomalies.ts';
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
        /** Where what followed begins; undefined where all of the rest was held against the reference. */
        readonly untilUnixNano?: bigint | undefined;
        /** Which part served as the reference: what was before the instant, or after. */
        readonly reference: 'before' | 'after';
      }
    | undefined;
}

/** A time in which something else is known to have changed: what was during it is held against what was before. */
export interface SuspectedTime {
  readonly atUnixNano: bigint;
  readonly untilUnixNano?: bigint | undefined;
}

/** The window is divided at the eighths of its traces. */
const PARTS = 8;

/**
 * Root causes of a window without a reference: of the divisions of the window by time into a reference and a rest, the
 * one that shows the strongest cause. Beside the eighths, `suspected` times are tried.
 *
 * Assumption: the window holds a stretch before the trouble began, or after it was over. Where all of it is troubled
 * nothing can be found, and the ranking is empty or weak. O(n log n), 14 times the work of a ranking but for reading the
 * traces.
 */
export function rankWithinWindow(traces: readonly Trace[], suspected: readonly SuspectedTime[] = []): WindowAnalysis {
  return finish(rankWithinWindowInSteps(traces, suspected));
}

/** As {@link rankWithinWindow}. */
export function* rankWithinWindowInSteps(
  traces: readonly Trace[],
  suspected: readonly SuspectedTime[] = [],
): Steps<WindowAnalysis> {
  const ordered = traces.toSorted((a, b) => (a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1));
  const observations = yield* observe(ordered);
  let best: { readonly ranking: ObservedRanking; readonly tried: Tried } | undefined;
  for (const tried of divisionsOf(ordered, suspected)) {
    const ranking = yield* rankObserved(observations, tried.division);
    if ((ranking.services[0]?.score ?? 0) <= (best?.ranking.services[0]?.score ?? 0)) continue;
    best = { ranking, tried };
  }
  if (best === undefined) {
    return { ranking: { services: [], operations: [], instances: [], attributes: [] }, split: undefined };
  }
  const { affectedTraces, ...ranking } = best.ranking;
  const { division, split } = best.tried;
  const affected = tracesAt(observations, affectedTraces);
  // What is known to be over is compared by itself.
  const compared = division.until === undefined ? ordered : ordered.slice(division.at, division.until);
  const attributes = yield* causeAttributes(compared, (trace) => affected.has(trace));
  return { ranking: { ...ranking, attributes }, split };
}

interface Tried {
  readonly division: Division;
  readonly split: NonNullable<WindowAnalysis['split']>;
}

function* divisionsOf(ordered: readonly Trace[], suspected: readonly SuspectedTime[]): Generator<Tried> {
  for (let part = 1; part < PARTS; part++) {
    const at = Math.floor((part * ordered.length) / PARTS);
    for (const reference of ['before', 'after'] as const) {
      yield {
        division: { at, reference },
        split: { atUnixNano: ordered[at]?.startTimeUnixNano ?? 0n, reference },
      };
    }
  }
  const firstFrom = (instant: bigint): number => {
    const index = ordered.findIndex(({ startTimeUnixNano }) => startTimeUnixNano >= instant);
    return index < 0 ? ordered.length : index;
  };
  for (const { atUnixNano, untilUnixNano } of suspected) {
    const until = untilUnixNano === undefined ? ordered.length : firstFrom(untilUnixNano);
    yield {
      division: { at: firstFrom(atUnixNano), reference: 'before', until },
      split: { atUnixNano, untilUnixNano, reference: 'before' },
    };
  }
}
