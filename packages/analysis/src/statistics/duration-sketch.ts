/** What {@link DurationSketch.toJson} gives. */
export interface DurationSketchJson {
  readonly relativeError: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly zeroCount: number;
  /** Pairs of bin and count, by bin. */
  readonly bins: readonly (readonly [number, number])[];
}

const DEFAULT_RELATIVE_ERROR = 0.01;
/** At 1 % error 2,048 bins span more than 17 orders of magnitude. */
const MAX_BINS = 2_048;

/**
 * Durations (or any numbers from 0 on) by which quantiles are known to a relative error, in bounded memory. Sketches of
 * parts merge to the very sketch of the whole, in any order. Counts may be weights, so they need not be whole.
 *
 * Where more than 2,048 bins are in use, the lowest are collapsed into one: low quantiles may then be too high, which for
 * durations in nanoseconds takes values beyond 17 orders of magnitude.
 *
 * Source: Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees"
 * (VLDB 2019).
 */
export class DurationSketch {
  readonly relativeError: number;
  readonly #gamma: number;
  readonly #logGamma: number;
  readonly #bins = new Map<number, number>();
  #zeroCount = 0;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(relativeError: number = DEFAULT_RELATIVE_ERROR) {
    this.relativeError = relativeError;
    this.#gamma = (1 + relativeError) / (1 - relativeError);
    this.#logGamma = Math.log(this.#gamma);
  }

  get count(): number {
    return this.#count;
  }

  /** 0 of nothing. */
  get sum(): number {
    return this.#sum;
  }

  /** Exact; undefined of nothing. */
  get min(): number | undefined {
    return this.#count > 0 ? this.#min : undefined;
  }

  get max(): number | undefined {
    return this.#count > 0 ? this.#max : undefined;
  }

  get average(): number | undefined {
    return this.#count > 0 ? this.#sum / this.#count : undefined;
  }

  /** O(1). What is no number from 0 on, or has no positive finite weight, is left out. */
  add(value: number, weight: number = 1): void {
    if (!(value >= 0) || value === Number.POSITIVE_INFINITY || !(weight > 0) || weight === Number.POSITIVE_INFINITY)
      return;
    this.#count += weight;
    this.#sum += value * weight;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    if (value === 0) this.#zeroCount += weight;
    else this.#addToBin(Math.ceil(Math.log(value) / this.#logGamma), weight);
  }

  /** @throws RangeError when the other has another relative error. */
  merge(other: DurationSketch): void {
    if (other.relativeError !== this.relativeError) throw new RangeError('Sketches of different errors do not merge');
    if (other.#count === 0) return;
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    this.#zeroCount += other.#zeroCount;
    for (const [bin, count] of other.#bins) this.#addToBin(bin, count);
  }

  /**
   * A value within the relative error of the one below which the share `q` lies (the nearest rank); undefined of nothing.
   * O(bins).
   */
  quantile(q: number): number | undefined {
    if (this.#count <= 0) return undefined;
    if (q <= 0) return this.#min;
    if (q >= 1) return this.#max;
    const rank = q * this.#count;
    let seen = this.#zeroCount;
    if (seen >= rank) return 0;
    for (const bin of [...this.#bins.keys()].toSorted((a, b) => a - b)) {
      seen += this.#bins.get(bin) ?? 0;
      if (seen < rank) continue;
      const value = (2 * this.#gamma ** bin) / (this.#gamma + 1);
      return Math.min(this.#max, Math.max(this.#min, value));
    }
    return this.#max;
  }

  toJson(): DurationSketchJson {
    return {
      relativeError: this.relativeError,
      count: this.#count,
      sum: this.#sum,
      min: this.#count > 0 ? this.#min : 0,
      max: this.#count > 0 ? this.#max : 0,
      zeroCount: this.#zeroCount,
      bins: [...this.#bins].toSorted(([a], [b]) => a - b),
    };
  }

  #addToBin(bin: number, weight: number): void {
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + weight);
    if (this.#bins.size <= MAX_BINS) return;
    let lowest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (const each of this.#bins.keys()) {
      if (each < lowest) {
        second = lowest;
        lowest = each;
      } else if (each < second) second = each;
    }
    this.#bins.set(second, (this.#bins.get(second) ?? 0) + (this.#bins.get(lowest) ?? 0));
    this.#bins.delete(lowest);
  }
}
