/** Coefficients of Lanczos' approximation with g = 7, good to 15 digits. */
const LANCZOS = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_13,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6,
  1.505_632_735_149_311_6e-7,
] as const;

/** ln(n!) by n, of those that were asked for: a test asks for thousands, and the next one for the same. */
const known: number[] = [];
const MAX_KNOWN = 100_000;

/** ln(n!), for whole n >= 0. */
function logFactorial(n: number): number {
  if (n >= MAX_KNOWN) return computedLogFactorial(n);
  for (let each = known.length; each <= n; each++) known.push(computedLogFactorial(each));
  return known[n] ?? 0;
}

function computedLogFactorial(n: number): number {
  let sum: number = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] ?? 0) / (n + i);
  const t = n + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (n + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Rounding must not tell apart what is equally probable. */
const RELATIVE_ERROR = 1 + 1e-7;

/**
 * Two-sided p-value of Fisher's exact test: how probable it is that two shares differ as much as `a` of `totalA` and `b` of
 * `totalB` do, or more, if both are drawn from one population. 1 where a total is 0. O(min(a + b, totals)).
 *
 * Source: Fisher, "Statistical Methods for Research Workers" (1934), two-sided by summing what is no more probable.
 */
export function fisherExact(a: number, totalA: number, b: number, totalB: number): number {
  const having = a + b;
  const total = totalA + totalB;
  const low = Math.max(0, having - totalB);
  const high = Math.min(having, totalA);
  if (low === high) return 1;
  const constant =
    logFactorial(having) +
    logFactorial(total - having) +
    logFactorial(totalA) +
    logFactorial(totalB) -
    logFactorial(total);
  const logProbability = (x: number): number =>
    constant -
    logFactorial(x) -
    logFactorial(having - x) -
    logFactorial(totalA - x) -
    logFactorial(totalB - having + x);
  const observed = Math.exp(logProbability(a));
  let p = 0;
  for (let x = low; x <= high; x++) {
    const probability = Math.exp(logProbability(x));
    if (probability <= observed * RELATIVE_ERROR) p += probability;
  }
  return Math.min(1, p);
}

/** `probability` that a standard normal variable is farther from 0 than `z`. Absolute error below 1.2e-7. */
export function twoSidedNormal(z: number): number {
  // Source: erfc by Chebyshev fitting, Press et al., "Numerical Recipes", section 6.2.
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const series = [
    -1.265_512_23, 1.000_023_68, 0.374_091_96, 0.096_784_18, -0.186_288_06, 0.278_868_07, -1.135_203_98, 1.488_515_87,
    -0.822_152_23, 0.170_872_77,
  ].reduceRight((sum, coefficient) => coefficient + t * sum, 0);
  return Math.min(1, t * Math.exp(-x * x + series));
}

/** How two samples differ in size, whatever their distributions are. */
export interface RankComparison {
  /** Cliff's delta: the probability that a value of the second is larger, less that it is smaller; -1 to 1. */
  readonly delta: number;
  /** Two-sided, by the normal approximation with correction for ties: meant for eight values and more on each side. */
  readonly pValue: number;
}

/**
 * Compares two samples by ranks. Delta 0 and p-value 1 where one is empty or all values are equal. O(n log n).
 * Source: Mann and Whitney (1947); Cliff, "Dominance statistics" (1993).
 */
export function compareRanks(first: readonly number[], second: readonly number[]): RankComparison {
  const n = first.length;
  const m = second.length;
  if (n === 0 || m === 0) return { delta: 0, pValue: 1 };
  const values = Float64Array.from([...first, ...second]);
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    const value = values[order[from] ?? 0];
    while (to < order.length && values[order[to] ?? 0] === value) to++;
    const size = to - from;
    ties += size ** 3 - size;
    for (let i = from; i < to; i++) if ((order[i] ?? 0) >= n) rankSum += (from + to + 1) / 2;
    from = to;
  }
  const u = rankSum - (m * (m + 1)) / 2;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return {
    delta: (2 * u) / (n * m) - 1,
    pValue: variance > 0 ? twoSidedNormal(distance / Math.sqrt(variance)) : 1,
  };
}

/**
 * p-values adjusted for many tests, in the same order: of all tests whose adjusted value is at most q, a share of q at most
 * is expected to be false. O(n log n).
 *
 * Source: Benjamini and Hochberg, "Controlling the false discovery rate" (1995).
 */
export function adjustPValues(pValues: readonly number[]): readonly number[] {
  const order = [...pValues.keys()].toSorted((a, b) => (pValues[b] ?? 1) - (pValues[a] ?? 1));
  const adjusted: number[] = Array.from({ length: pValues.length }, () => 1);
  let smallest = 1;
  for (const [i, index] of order.entries()) {
    smallest = Math.min(smallest, (pValues[index] ?? 1) * (pValues.length / (pValues.length - i)));
    adjusted[index] = smallest;
  }
  return adjusted;
}
