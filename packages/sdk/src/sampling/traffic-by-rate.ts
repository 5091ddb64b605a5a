/**
 * Smoothed traces a second, by what the rate of their operation was thought to be when they started. Kept like this and not
 * by operation, it holds what sampling by such rates lets through: an operation that does not come again claims nothing,
 * and rates that are wrong as a rule are allowed for.
 */
export interface TrafficByRate {
  /** In the interval that ends, traces of an operation started with `startedRate`; `rate` was known of it before. */
  add(rate: number, startedRate: number): void;
  /**
   * Ends the interval. The answer is how many traces a second each operation may use, so that all use `target`. `weight` is
   * that of the interval in the smoothed numbers.
   */
  shareOf(target: number, weight: number): number;
}

/** Rates are told apart by a quarter of a power of two, from 2^-16 to 2^24 traces a second. */
const STEPS_PER_POWER = 4;
const LEAST_POWER = -16;
const STEP_COUNT = 40 * STEPS_PER_POWER + 1;
const RATES = Float64Array.from({ length: STEP_COUNT }, (_, step) => 2 ** (step / STEPS_PER_POWER + LEAST_POWER));

/** `mostAtOnce`: traces a second that get through of an operation that was thought to be rare. */
export function trafficByRate(mostAtOnce: number, smoothing: number): TrafficByRate {
  const smoothed = new Float64Array(STEP_COUNT);
  const current = new Float64Array(STEP_COUNT);
  return {
    add(rate, startedRate) {
      const step = Math.round((Math.log2(rate) - LEAST_POWER) * STEPS_PER_POWER);
      const within = Math.max(0, Math.min(STEP_COUNT - 1, step));
      // Of a sudden burst the rate is known next time.
      current[within] = (current[within] ?? 0) + Math.min(startedRate, Math.max(mostAtOnce, rate / smoothing));
    },
    shareOf(target, weight) {
      /** Shares that are used while all operations are sampled. */
      let usedShares = 0;
      for (const [step, rate] of RATES.entries()) {
        const before = smoothed[step] ?? 0;
        const now = before + weight * ((current[step] ?? 0) - before);
        smoothed[step] = now;
        usedShares += now / rate;
      }
      current.fill(0);
      // From the rarest on: those below the share are kept whole.
      let left = target;
      for (const [step, rate] of RATES.entries()) {
        if (left < rate * usedShares) return left / usedShares;
        const started = smoothed[step] ?? 0;
        left -= started;
        usedShares -= started / rate;
      }
      return Infinity;
    },
  };
}
