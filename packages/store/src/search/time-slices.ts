/** A minute since the epoch and the rows that start in it. */
export interface MinuteRows {
  readonly minute: number;
  readonly rowCount: number;
}

/** `[from, to)` in nanoseconds since the epoch. */
export interface TimeSlice {
  readonly from: bigint;
  readonly to: bigint;
}

const MINUTE_NANO = 60_000_000_000n;
/** The time buckets of the primary key: reading less than one costs the same. */
const BUCKET_NANO = 10_000_000_000n;
const BUCKETS_PER_MINUTE = 6;

/**
 * Cuts a window into slices from its end to its start, each with about as many rows as asked for: empty time is
 * stepped over and a dense minute is cut further, down to the primary key's buckets.
 */
export class TimeSlices {
  readonly #minutes: readonly MinuteRows[];
  readonly #from: bigint;
  #to: bigint;
  #next = 0;

  /** @param minutes those that have rows, latest first */
  constructor(minutes: readonly MinuteRows[], from: bigint, to: bigint) {
    this.#minutes = minutes;
    this.#from = from;
    this.#to = to;
  }

  /** Undefined at the end. No row before the slice's `to` and behind an earlier slice lies outside of slices. */
  next(rowCount: number): TimeSlice | undefined {
    let first: MinuteRows | undefined;
    for (; ; this.#next++) {
      first = this.#minutes[this.#next];
      if (first === undefined) return undefined;
      if (startOf(first) < this.#to) break;
    }
    const to = smaller(this.#to, startOf(first) + MINUTE_NANO);
    if (to <= this.#from) return undefined;
    if (first.rowCount > 2 * rowCount) {
      const bucketCount = Math.max(1, Math.floor((BUCKETS_PER_MINUTE * rowCount) / first.rowCount));
      const aligned = ((to - 1n) / BUCKET_NANO + 1n - BigInt(bucketCount)) * BUCKET_NANO;
      return this.#cut(aligned > startOf(first) ? aligned : startOf(first), to);
    }
    let sum = 0;
    let last = first;
    for (let i = this.#next; ; i++) {
      const minute = this.#minutes[i];
      if (minute === undefined || (sum > 0 && sum + minute.rowCount > 2 * rowCount)) break;
      sum += minute.rowCount;
      last = minute;
      if (sum >= rowCount) break;
    }
    return this.#cut(startOf(last), to);
  }

  #cut(start: bigint, to: bigint): TimeSlice {
    const from = start > this.#from ? start : this.#from;
    this.#to = from;
    return { from, to };
  }
}

function startOf({ minute }: MinuteRows): bigint {
  return BigInt(minute) * MINUTE_NANO;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
