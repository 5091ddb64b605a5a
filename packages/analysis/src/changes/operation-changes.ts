import { MAX_SERIES_LENGTH, noiseOf, type Segment, segments } from './change-points.ts';

/** What an operation did in one step of time. Counts are sums of weights. */
export interface OperationPoint {
  /** Where the step begins; steps are in order, those without calls may be left out. */
  readonly atUnixSeconds: number;
  readonly count: number;
  readonly errorCount: number;
  /** A percentile (or the average) of the durations of the step. */
  readonly durationNano: number;
}

export type OperationChangeKind = 'slower' | 'faster' | 'failing' | 'recovered';

export interface OperationChange {
  readonly kind: OperationChangeKind;
  /** The step in which the new level begins. */
  readonly atUnixSeconds: number;
  /** The step in which it ends; undefined where it lasts to the end of the series. */
  readonly untilUnixSeconds: number | undefined;
  /** The level before and during: nanoseconds, or the error rate (0 to 1). */
  readonly before: number;
  readonly after: number;
  /** Calls on which each level rests. */
  readonly beforeCount: number;
  readonly afterCount: number;
  /** How far apart both levels are in standard errors: comparable between operations. */
  readonly significance: number;
}

export interface OperationChangeOptions {
  /** Levels of durations that differ by a smaller factor are one. Default 1.3. */
  readonly minDurationRatio?: number;
  /** Durations that differ by less are one. Default 1 ms. */
  readonly minDurationDeltaNano?: number;
  /** Error rates that differ by less are one. Default 0.02. */
  readonly minErrorRateDelta?: number;
  /** A level that rests on fewer calls is no level. Default 30. */
  readonly minCount?: number;
}

/** A series is no series below this. */
export const MIN_CHANGE_POINTS = 4;
/** Calls that a level rests on at least, unless an option says otherwise. */
export const MIN_CHANGE_COUNT = 30;
/** The least noise that durations are taken to have: 2 % at one call, so that constant ones do not make any step sure. */
const MIN_LOG_NOISE = 0.02;

/**
 * Since when an operation is slower or faster, failing or not any more: the steps at which the level of its durations
 * or of its error rate changes ({@link segments}), in the order of time. A level is compared with the one before it.
 *
 * Durations are compared as logarithms, whose noise is taken from the series itself (`noiseOf`). Error rates are compared
 * as arcsin of the root, whose variance is 1 / (4 calls) whatever the rate, and more where the series itself varies more.
 *
 * Assumptions: steps are independent, and there are several on each level. A slow drift comes out as a few steps. Of
 * more than 2,000 steps the last 2,000 count. O(n^2).
 *
 * Worked example: twenty minutes of 100 calls at 50 ms, then ten at 200 ms: one change, `slower`, in minute 20, from 50 ms
 * to 200 ms.
 */
export function operationChanges(
  points: readonly OperationPoint[],
  options: OperationChangeOptions = {},
): readonly OperationChange[] {
  const {
    minDurationRatio = 1.3,
    minDurationDeltaNano = 1_000_000,
    minErrorRateDelta = 0.02,
    minCount = MIN_CHANGE_COUNT,
  } = options;
  const series = points.filter(({ count }) => count > 0).slice(-MAX_SERIES_LENGTH);
  if (series.length < MIN_CHANGE_POINTS) return [];
  const counts = series.map(({ count }) => count);

  const logs = series.map(({ durationNano }) => Math.log(Math.max(1, durationNano)));
  const logNoise = Math.max(MIN_LOG_NOISE, noiseOf(logs, counts));
  const durations = changesOf(series, logs, scaled(counts, 1 / logNoise ** 2), {
    minCount,
    valueOf: Math.exp,
    isApart: (before, after) =>
      Math.max(before, after) >= minDurationRatio * Math.min(before, after) &&
      Math.abs(after - before) >= minDurationDeltaNano,
    kinds: { up: 'slower', down: 'faster' },
  });

  const angles = series.map(({ count, errorCount }) =>
    Math.asin(Math.sqrt(Math.min(1, Math.max(0, errorCount / count)))),
  );
  // At weight 1 the deviation by chance alone is 1/2.
  const angleNoise = Math.max(0.5, noiseOf(angles, counts));
  const errors = changesOf(series, angles, scaled(counts, 1 / angleNoise ** 2), {
    minCount,
    valueOf: (angle) => Math.sin(angle) ** 2,
    isApart: (before, after) => Math.abs(after - before) >= minErrorRateDelta,
    kinds: { up: 'failing', down: 'recovered' },
  });
  return [...durations, ...errors].toSorted((a, b) => a.atUnixSeconds - b.atUnixSeconds);
}

function scaled(values: readonly number[], by: number): readonly number[] {
  return values.map((value) => value * by);
}

interface Reading {
  readonly valueOf: (level: number) => number;
  readonly isApart: (before: number, after: number) => boolean;
  readonly minCount: number;
  readonly kinds: { readonly up: OperationChangeKind; readonly down: OperationChangeKind };
}

function changesOf(
  series: readonly OperationPoint[],
  values: readonly number[],
  weights: readonly number[],
  { valueOf, isApart, minCount, kinds }: Reading,
): readonly OperationChange[] {
  const joined = joinLevels(
    segments(values, weights),
    (a, b) =>
      isApart(valueOf(a.level), valueOf(b.level)) && countOf(series, a) >= minCount && countOf(series, b) >= minCount,
  );
  return joined.slice(1).map((after, i): OperationChange => {
    const before = joined[i] ?? after;
    const deviation = Math.sqrt(1 / before.weight + 1 / after.weight);
    return {
      kind: after.level > before.level ? kinds.up : kinds.down,
      atUnixSeconds: series[after.from]?.atUnixSeconds ?? 0,
      untilUnixSeconds: series[after.to]?.atUnixSeconds,
      before: valueOf(before.level),
      after: valueOf(after.level),
      beforeCount: countOf(series, before),
      afterCount: countOf(series, after),
      significance: Math.abs(after.level - before.level) / deviation,
    };
  });
}

/** Neighbours that are too near each other become one level. */
function joinLevels(levels: readonly Segment[], isApart: (a: Segment, b: Segment) => boolean): readonly Segment[] {
  const joined: Segment[] = [];
  for (const level of levels) {
    let current = level;
    for (let last = joined.at(-1); last !== undefined && !isApart(last, current); last = joined.at(-1)) {
      joined.pop();
      const weight = last.weight + current.weight;
      const mean = weight > 0 ? (last.level * last.weight + current.level * current.weight) / weight : last.level;
      current = { from: last.from, to: current.to, level: mean, weight };
    }
    joined.push(current);
  }
  return joined;
}

function countOf(series: readonly OperationPoint[], { from, to }: Segment): number {
  return series.slice(from, to).reduce((sum, { count }) => sum + count, 0);
}
