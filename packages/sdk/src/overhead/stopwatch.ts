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
 * Hardly a lap of tracing takes as long. What does was interrupted, by the compiler, by a collection of garbage or by
 * another process. What is above it counts once, and not for the calls that this one stands for. Where one lap in so many
 * is as long, by a slow span processor for example, they are what tracing takes.
 */
const LONG_LAP_MS = 0.1;
const LAPS_PER_USUAL_LONG_ONE = 16;
/** Half of so many are forgotten, for what is usual changes. */
const LAPS_COMPARED = 1024;
const EMPTY_LAPS_COMPARED = 64;

/**
 * Times synchronous sections by part, one at a time. What reading the clock takes is not in the result. A section stands
 * for several calls: its time counts `weight` times.
 */
export class Stopwatch {
  isRunning = false;
  /** A section of `whole` runs. */
  isInWhole = false;
  private readCount = 0;
  /** Laps above 0.1 ms of which the rest counted once. */
  cutCount = 0;
  /** What a lap takes for its own: reading the clock, above all. */
  readMs = 0;
  private readonly clock: MonotonicClock;
  /** By part. */
  private readonly totalsMs: Float64Array = new Float64Array(ELSEWHERE + 1);
  private readonly lapCounts: Float64Array = new Float64Array(ELSEWHERE + 1);
  private readonly longLapCounts: Float64Array = new Float64Array(ELSEWHERE + 1);
  /** The shortest of the last empty laps, and how many they are. */
  private emptyMs = Infinity;
  private emptyLapCount = 0;
  /** Of the readings before those empty laps. */
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
    if (this.earlierReadCount === 0) {
      this.switchTo(ELSEWHERE);
      this.emptyLap();
      this.takeEmptyLaps();
    }
    this.weight = weight;
    this.part = part;
    this.isRunning = true;
    this.sinceMs = this.read();
  }

  /** What follows belongs to `part`; the result is whose it was before. */
  switchTo(part: number): number {
    const nowMs = this.read();
    const before = this.part;
    const lapMs = nowMs - this.sinceMs - this.readMs;
    this.countLap(before);
    if (lapMs > LONG_LAP_MS && before !== ELSEWHERE && this.isUnusual(before)) {
      this.cutCount++;
      this.add(before, LONG_LAP_MS * this.weight + lapMs - LONG_LAP_MS);
    } else if (lapMs > 0) this.add(before, lapMs * this.weight);
    this.part = part;
    this.sinceMs = nowMs;
    return before;
  }

  /** Of a long lap. */
  private isUnusual(part: number): boolean {
    const longLapCount = (this.longLapCounts[part] ?? 0) + 1;
    this.longLapCounts[part] = longLapCount;
    const lapCount = this.lapCounts[part] ?? 0;
    return lapCount < LAPS_PER_USUAL_LONG_ONE || longLapCount * LAPS_PER_USUAL_LONG_ONE <= lapCount;
  }

  private countLap(part: number): void {
    const lapCount = (this.lapCounts[part] ?? 0) + 1;
    this.lapCounts[part] = lapCount;
    if (lapCount < LAPS_COMPARED) return;
    this.lapCounts[part] = lapCount / 2;
    this.longLapCounts[part] = (this.longLapCounts[part] ?? 0) / 2;
  }

  private add(part: number, ms: number): void {
    this.totalsMs[part] = (this.totalsMs[part] ?? 0) + ms;
  }

  end(): void {
    this.switchTo(ELSEWHERE);
    this.emptyLap();
    if (this.emptyLapCount >= EMPTY_LAPS_COMPARED) this.takeEmptyLaps();
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

  /** Directly behind another one: nothing is done in it but what each lap takes for its own. */
  private emptyLap(): void {
    const { sinceMs } = this;
    this.switchTo(ELSEWHERE);
    this.emptyMs = Math.min(this.emptyMs, this.sinceMs - sinceMs);
    this.emptyLapCount++;
  }

  /** The shortest of many, as a longer one was interrupted. Again now and then: it gets less as code is compiled. */
  private takeEmptyLaps(): void {
    const before = this.readMs || this.emptyMs;
    this.earlierOwnMs += (this.readCount - this.earlierReadCount) * before;
    this.earlierReadCount = this.readCount;
    this.readMs = this.emptyMs;
    this.emptyMs = Infinity;
    this.emptyLapCount = 0;
  }

  /** Now, in milliseconds. */
  read(): number {
    this.readCount++;
    return this.clock();
  }
}
