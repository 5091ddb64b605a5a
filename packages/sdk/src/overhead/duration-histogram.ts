/** Upper bounds in seconds: those that the conventions advise for the durations of HTTP requests, and an export's timeout. */
export const DURATION_BOUNDS_SECONDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30,
];

export interface DurationCounts {
  readonly count: number;
  readonly sumSeconds: number;
  readonly maxSeconds: number;
  /** Durations up to each bound and above the one before it; the last is those above all. */
  readonly bucketCounts: readonly number[];
}

/** Durations, counted by size. */
export class DurationHistogram {
  private readonly bucketCounts: number[] = Array.from({ length: DURATION_BOUNDS_SECONDS.length + 1 }, () => 0);
  private count = 0;
  private sumSeconds = 0;
  private maxSeconds = 0;

  record(seconds: number): void {
    const found = DURATION_BOUNDS_SECONDS.findIndex((bound) => seconds <= bound);
    const bucket = found === -1 ? DURATION_BOUNDS_SECONDS.length : found;
    this.bucketCounts[bucket] = (this.bucketCounts[bucket] ?? 0) + 1;
    this.count++;
    this.sumSeconds += seconds;
    this.maxSeconds = Math.max(this.maxSeconds, seconds);
  }

  counts(): DurationCounts {
    const { count, sumSeconds, maxSeconds } = this;
    return { count, sumSeconds, maxSeconds, bucketCounts: [...this.bucketCounts] };
  }
}
