/** A stretch of a series on one level: from this index to the next segment's, or to the end. */
export interface Segment {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** Weighted mean of its values. */
  readonly level: number;
  /** Sum of its weights. */
  readonly weight: number;
}

export interface ChangePointOptions {
  /** Values in a segment, at least. Default 2: a single outlier is no level. */
  readonly minLength?: number;
  /**
   * What a change must explain, in units of the natural logarithm of the number of values. Default 4; more finds fewer
   * changes.
   */
  readonly penalty?: number;
}

const DEFAULT_MIN_LENGTH = 2;
const DEFAULT_PENALTY = 4;
/** Work grows with the square of the length. */
export const MAX_SERIES_LENGTH = 2_000;

/**
 * Divides a series into levels: the segments that minimise the weighted squared distance of the values from the mean of
 * their segment, plus a penalty for each change. A weight is one over the variance of its value, so a distance is in
 * units of chance; one segment of a series without changes.
 *
 * Worked example: of `0 0 0 0 9 9 9 9` with weights 1 the one segment costs 162; two cost 0 and the penalty of a change,
 * 4 ln 8 = 8.3; so there are two, from 0 and from 4. `0 0 0 0 1 1 1 1` costs 2 and stays one.
 *
 * O(n^2) time for at most {@link MAX_SERIES_LENGTH} values, O(n) memory. Weights of 0 (no observation) are allowed.
 *
 * Source: optimal partitioning, Jackson et al., "An algorithm for optimal partitioning of data on an interval" (IEEE
 * Signal Processing Letters 12, 2005); a penalty in ln n as in Yao, "Estimating the number of change-points via
 * Schwarz' criterion" (1988).
 *
 * @throws RangeError when there are more values than that, or as many weights as values are not there.
 */
export function segments(
  values: readonly number[],
  weights: readonly number[],
  options: ChangePointOptions = {},
): readonly Segment[] {
  const { minLength = DEFAULT_MIN_LENGTH, penalty = DEFAULT_PENALTY } = options;
  const length = values.length;
  if (weights.length !== length) throw new RangeError('each value needs a weight');
  if (length > MAX_SERIES_LENGTH) throw new RangeError(`at most ${MAX_SERIES_LENGTH} values are divided`);
  if (length === 0) return [];
  const sums = cumulated(values, weights);
  const price = penalty * Math.log(Math.max(2, length));
  /** By end: the least cost of all before it, and where its last segment begins. */
  const best = new Float64Array(length + 1).fill(Number.POSITIVE_INFINITY);
  const begin = new Uint32Array(length + 1);
  best[0] = -price;
  for (let to = Math.min(minLength, length); to <= length; to++) {
    for (let from = 0; from === 0 || from <= to - minLength; from++) {
      const cost = (best[from] ?? 0) + sums.cost(from, to) + price;
      if (cost < (best[to] ?? 0)) {
        best[to] = cost;
        begin[to] = from;
      }
    }
  }
  const found: Segment[] = [];
  for (let to = length; to > 0;) {
    const from = begin[to] ?? 0;
    found.push({ from, to, ...sums.level(from, to) });
    to = from;
  }
  return found.toReversed();
}

interface Cumulated {
  /** Weighted squared distance of the values from their mean. */
  cost(from: number, to: number): number;
  level(from: number, to: number): { readonly level: number; readonly weight: number };
}

function cumulated(values: readonly number[], weights: readonly number[]): Cumulated {
  // Distances from the middle of the values: squares of large numbers would cancel.
  const middle = medianOf(values);
  const weight = new Float64Array(values.length + 1);
  const sum = new Float64Array(values.length + 1);
  const square = new Float64Array(values.length + 1);
  for (const [i, value] of values.entries()) {
    const distance = value - middle;
    const own = weights[i] ?? 0;
    weight[i + 1] = (weight[i] ?? 0) + own;
    sum[i + 1] = (sum[i] ?? 0) + own * distance;
    square[i + 1] = (square[i] ?? 0) + own * distance * distance;
  }
  const between = (of: Float64Array, from: number, to: number): number => (of[to] ?? 0) - (of[from] ?? 0);
  return {
    cost: (from, to) => {
      const total = between(weight, from, to);
      if (total <= 0) return 0;
      const first = between(sum, from, to);
      return Math.max(0, between(square, from, to) - (first * first) / total);
    },
    level: (from, to) => {
      const total = between(weight, from, to);
      return { level: total > 0 ? middle + between(sum, from, to) / total : middle, weight: total };
    },
  };
}

/** The values' noise as a standard deviation at weight 1, from their successive differences, which levels hardly touch. */
const MAD_TO_DEVIATION = 1.4826;

/**
 * How much the values vary by chance: the standard deviation that a value with weight 1 would have, if one with weight w
 * has that over the root of w. From the median of the absolute successive differences, so that changes of level and
 * outliers count for little. 0 of fewer than three values, or where most are equal. O(n log n).
 *
 * Source: von Neumann et al., "The mean square successive difference" (1941), made robust by the median.
 */
export function noiseOf(values: readonly number[], weights: readonly number[]): number {
  const differences: number[] = [];
  for (let i = 1; i < values.length; i++) {
    const [a, b] = [weights[i - 1] ?? 0, weights[i] ?? 0];
    if (a <= 0 || b <= 0) continue;
    differences.push(Math.abs((values[i] ?? 0) - (values[i - 1] ?? 0)) / Math.sqrt(1 / a + 1 / b));
  }
  return differences.length < 2 ? 0 : MAD_TO_DEVIATION * medianOf(differences);
}

/** 0 of nothing. */
function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}
