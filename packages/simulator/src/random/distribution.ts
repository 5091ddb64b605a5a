import type { RandomStream } from './random-stream.ts';

/** A distribution of non-negative numbers; the unit is the user's (durations are in nanoseconds). */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  | { readonly kind: 'log-normal'; readonly median: number; readonly sigma: number }
  /** Straight lines between quantiles: `at` (0 to 1, ascending) and what lies there. */
  | { readonly kind: 'empirical'; readonly at: readonly number[]; readonly values: readonly number[] };

export function constant(value: number): Distribution {
  return { kind: 'constant', value };
}

/** The quantile of the standard normal distribution; its relative error is below 1.15e-9. */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  // Acklam's rational approximation.
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    const above =
      ((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
      2.938163982698783;
    const below =
      (((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
    return above / below;
  }
  const q = p - 0.5;
  const r = q * q;
  const above =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
    q;
  const below =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return above / below;
}

/** The log-normal distribution with this median and with `value` at the quantile `p` (above 0.5). */
export function logNormalFromQuantiles(median: number, p: number, value: number): Distribution {
  return { kind: 'log-normal', median, sigma: Math.log(value / median) / normalQuantile(p) };
}

/** Draws from a stream. */
export function draw(distribution: Distribution, random: RandomStream): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return distribution.min + (distribution.max - distribution.min) * random.next();
    case 'exponential':
      return distribution.mean * random.exponential();
    case 'log-normal':
      return distribution.median * Math.exp(distribution.sigma * random.normal());
    case 'empirical':
      return interpolate(distribution.at, distribution.values, random.next());
  }
}

/** What is drawn on average. */
export function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return (distribution.min + distribution.max) / 2;
    case 'exponential':
      return distribution.mean;
    case 'log-normal':
      return distribution.median * Math.exp(distribution.sigma ** 2 / 2);
    case 'empirical': {
      let sum = 0;
      for (let i = 1; i < distribution.at.length; i++) {
        const share = (distribution.at[i] ?? 0) - (distribution.at[i - 1] ?? 0);
        sum += (share * ((distribution.values[i] ?? 0) + (distribution.values[i - 1] ?? 0))) / 2;
      }
      return sum;
    }
  }
}

function interpolate(at: readonly number[], values: readonly number[], p: number): number {
  const last = at.length - 1;
  let i = 1;
  while (i < last && (at[i] ?? 1) < p) i++;
  const from = at[i - 1] ?? 0;
  const span = (at[i] ?? 1) - from;
  const low = values[i - 1] ?? 0;
  const high = values[i] ?? low;
  return span <= 0 ? high : low + (high - low) * Math.min(1, Math.max(0, (p - from) / span));
}
