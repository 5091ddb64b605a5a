/** Milliseconds of a clock that never goes back. */
export type MonotonicClock = () => number;

/** Parts of tracing. Each moment of a timed section belongs to one of them. */
export const CONTEXT = 0;
export const PROPAGATION = 1;
export const RECORDING = 2;
export const ATTRIBUTES = 3;
export const EXPORT = 4;
/** Time inside of a section that is somebody else's, or is measured elsewhere. */
const ELSEWHERE = 5;

/**
 * No section of tracing takes as long as this. What does was interrupted, by a collection of garbage or by another
 * process, and would count hundreds of times, as it stands for other calls.
 */
const MAX_LAP_MS = 1;
const SECTIONS_BETWEEN_CALIBRATIONS = 64;
const CALIBRATION_READS = 8;

/**
 * Times synchronous sections by part, one at a time. What reading the clock takes is not in the result. A section stands
 * for several calls: its time counts `weight` times.
 */
export class Stopwatch {
  isRunning = false;
  /** A section of `whole` runs. */
  isInWhole = false;
  private readCount = 0;
  /** Laps above 1 ms, which counted as 1 ms. */
  cutCount = 0;
  /** What reading the clock takes. */
  readMs = 0;
  private readonly clock: MonotonicClock;
  /** By part. */
  private readonly totalsMs: Float64Array = new Float64Array(ELSEWHERE + 1);
  private sectionCount = 0;
  /** Of the readings before the last calibration. */
  private earlierOwnMs = 0;
  private earlierReadCount = 0;
  private weight = 0;
  private part: number = ELSEWHERE;
  private sinceMs = 0;

  constructor(clock: MonotonicClock) {
    this.clock = clock;
  }

  /** Nothing else can begin. */
  get isBusy(): boolean {
    return this.isRunning || this.isInWhole;
  }

  /** Whoever begins ends it, whatever happens between. */
  begin(weight: number, part: number): void {
    if (this.sectionCount++ % SECTIONS_BETWEEN_CALIBRATIONS === 0) this.calibrate();
    this.weight = weight;
    this.part = part;
    this.isRunning = true;
    this.sinceMs = this.read();
  }

  /** What follows belongs to `part`; the result is whose it was before. */
  switchTo(part: number): number {
    const nowMs = this.read();
    let lapMs = nowMs - this.sinceMs - this.readMs;
    if (lapMs > MAX_LAP_MS && this.part !== ELSEWHERE) {
      lapMs = MAX_LAP_MS;
      this.cutCount++;
    }
    const before = this.part;
    if (lapMs > 0) this.totalsMs[before] = (this.totalsMs[before] ?? 0) + lapMs * this.weight;
    this.part = part;
    this.sinceMs = nowMs;
    return before;
  }

  end(): void {
    this.switchTo(ELSEWHERE);
    this.isRunning = false;
  }

  /**
   * Runs a section that is nobody's part, and not inside of another one. What it takes, in milliseconds, goes to `onTime`;
   * undefined: it is not timed.
   */
  whole<Result>(work: () => Result, onTime: ((ms: number) => void) | undefined): Result {
    this.isInWhole = true;
    const before = this.isRunning ? this.switchTo(ELSEWHERE) : undefined;
    this.isRunning = false;
    const startMs = onTime === undefined ? 0 : this.read();
    const startCount = this.readCount;
    try {
      return work();
    } finally {
      if (onTime !== undefined) {
        const elapsedMs = this.read() - startMs;
        onTime(Math.max(0, elapsedMs - (this.readCount - startCount) * this.readMs));
      }
      this.isInWhole = false;
      if (before !== undefined) {
        this.isRunning = true;
        this.switchTo(before);
      }
    }
  }

  /** Extrapolated: of all calls, not only of those that were timed. */
  totalNano(part: number): number {
    return Math.round((this.totalsMs[part] ?? 0) * 1e6);
  }

  /** What all readings of the clock took. */
  get ownMs(): number {
    return this.earlierOwnMs + (this.readCount - this.earlierReadCount) * this.readMs;
  }

  /** The shortest of several, as a longer one was interrupted. Again now and then: it gets less as code is compiled. */
  private calibrate(): void {
    let shortestMs = Infinity;
    let beforeMs = this.read();
    for (let i = 0; i < CALIBRATION_READS; i++) {
      const nowMs = this.read();
      shortestMs = Math.min(shortestMs, nowMs - beforeMs);
      beforeMs = nowMs;
    }
    this.earlierOwnMs += (this.readCount - this.earlierReadCount) * (this.readMs || shortestMs);
    this.earlierReadCount = this.readCount;
    this.readMs = shortestMs;
  }

  /** Now, in milliseconds. */
  read(): number {
    this.readCount++;
    return this.clock();
  }
}
