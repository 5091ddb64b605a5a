export interface WeightedValue {
  readonly value: number;
  readonly weight: number;
}

/** The engine takes whole weights; both stores count in thousandths and stop at so much. */
const WEIGHT_SCALE = 1000;
const MAX_WEIGHT = 1e9;

/**
 * For each level (ascending) the smallest value at which the weights of it and all smaller ones reach that share of the
 * sum. 0 without values.
 */
export function weightedQuantiles(values: readonly WeightedValue[], levels: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const whole = sorted.map(({ weight }) => Math.floor(Math.min(weight, MAX_WEIGHT) * WEIGHT_SCALE + 0.5));
  const total = whole.reduce((sum, weight) => sum + weight, 0);
  return levels.map((level) => {
    const threshold = Math.ceil(total * level);
    let reached = 0;
    for (const [i, { value }] of sorted.entries()) {
      reached += whole[i] ?? 0;
      if (reached >= threshold) return value;
    }
    return sorted.at(-1)?.value ?? 0;
  });
}
