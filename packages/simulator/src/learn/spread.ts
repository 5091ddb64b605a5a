import { formatDuration } from '@throughline/model';

/** What is shorter than this is left out. */
const NEGLIGIBLE_NANO = 1_000;
/** Values that differ by less than this share are one. */
const SAME_SHARE = 0.02;
/** Lines of a distribution, at most. */
const MAX_LINES = 8;
/** Of the values' sum: what the lines may be off. */
const MAX_ERROR_SHARE = 0.04;

/** Durations as a distribution in the words of a scenario file; undefined where all of them are negligible. */
export function spreadOfDurations(nanos: readonly number[]): unknown {
  const sorted = nanos.toSorted((a, b) => a - b);
  if ((sorted.at(-1) ?? 0) < NEGLIGIBLE_NANO) return undefined;
  return spread(sorted, durationData);
}

/** A duration of three digits, as files have it; 0 needs no unit. */
export function durationData(nanos: number): string | 0 {
  return nanos < 1 ? 0 : formatDuration(nanos).replace('µ', 'u');
}

/** As few quantiles as straight lines between them need to stay near the values. */
function spread(sorted: readonly number[], format: (value: number) => string | 0): unknown {
  const [min = 0] = sorted;
  const max = sorted.at(-1) ?? 0;
  if (max - min <= max * SAME_SHARE) return format((min + max) / 2);
  const last = sorted.length - 1;
  const digits = last > 1_000 ? 3 : 2;
  return {
    empirical: Object.fromEntries(
      knotsOf(sorted).map((i) => [`p${Number(((100 * i) / last).toFixed(digits))}`, format(sorted[i] ?? 0)]),
    ),
  };
}

interface Line {
  readonly from: number;
  readonly to: number;
  /** Sum of the distances of the values between its ends. */
  readonly error: number;
  /** The value that is farthest from it. */
  readonly farthest: number;
}

/**
 * Indices of values, from the first to the last. The line that is worst is broken where it is farthest from the values,
 * until what is left is small: so a step, or an outlier, is one in the distribution, too.
 */
function knotsOf(sorted: readonly number[]): readonly number[] {
  const enough = MAX_ERROR_SHARE * sorted.reduce((sum, value) => sum + value, 0);
  const lines = [lineOf(sorted, 0, sorted.length - 1)];
  while (lines.length < MAX_LINES) {
    let worst = 0;
    for (const [i, { error }] of lines.entries()) if (error > (lines[worst]?.error ?? 0)) worst = i;
    const line = lines[worst];
    if (line === undefined || lines.reduce((sum, { error }) => sum + error, 0) <= enough) break;
    lines.splice(worst, 1, lineOf(sorted, line.from, line.farthest), lineOf(sorted, line.farthest, line.to));
  }
  return [0, ...lines.map(({ to }) => to)];
}

function lineOf(sorted: readonly number[], from: number, to: number): Line {
  const start = sorted[from] ?? 0;
  const slope = ((sorted[to] ?? 0) - start) / Math.max(1, to - from);
  let error = 0;
  let farthest = from;
  let farthestBy = -1;
  for (let i = from + 1; i < to; i++) {
    const by = Math.abs((sorted[i] ?? 0) - start - slope * (i - from));
    error += by;
    if (by > farthestBy) [farthest, farthestBy] = [i, by];
  }
  return { from, to, error, farthest };
}

/** Linear between the values; the smallest at 0, the largest at 1. */
export function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** At most this many different counts are told exactly. */
const MAX_EXACT_COUNTS = 12;

/** Whole numbers as a distribution; undefined where all are 1. The shares of a few different ones are exact. */
export function spreadOfCounts(counts: readonly number[]): unknown {
  const sorted = counts.toSorted((a, b) => a - b);
  const max = sorted.at(-1) ?? 1;
  if (sorted[0] === max) return max === 1 ? undefined : max;
  const different = [...new Set(sorted)];
  if (different.length > MAX_EXACT_COUNTS) {
    const quantiles = [0, 10, 25, 50, 75, 90, 99, 100];
    return { empirical: Object.fromEntries(quantiles.map((p) => [`p${p}`, Math.round(quantile(sorted, p / 100))])) };
  }
  // Steps: from the quantile at which a number begins to that at which it ends.
  const points = new Map<string, number>();
  for (const value of different) {
    const from = sorted.indexOf(value) / sorted.length;
    const to = (sorted.lastIndexOf(value) + 1) / sorted.length;
    points.set(from === 0 ? 'p0' : `p${percent(from + 0.0001)}`, value);
    points.set(to === 1 ? 'p100' : `p${percent(to)}`, value);
  }
  return { empirical: Object.fromEntries(points) };
}

function percent(share: number): string {
  return String(Math.min(99.99, Math.max(0.01, Math.round(share * 10_000) / 100)));
}

/** A probability, to three digits. */
export function shareOf(part: number, whole: number): number {
  return part >= whole ? 1 : Number((part / whole).toPrecision(3));
}
