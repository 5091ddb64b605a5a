/** Chooses how many calls pass until the next one is timed, that one included: whole, at least 1, `mean` on average. */
export type IntervalChoice = (mean: number) => number;

/**
 * How calls of one kind are timed: several in a row, because what measures is slow itself when it was not used for
 * long, as it has left the processor's caches then.
 */
export interface TimedRuns {
  /** Calls at the start of a run that stand for themselves only: they are timed to make the others true. */
  readonly warmUpCount: number;
  /** Calls that stand for those between this run and the one before it, too. */
  readonly countedCount: number;
  /** There are fewer and fewer runs, down to one in so many calls. */
  readonly maxMeanInterval: number;
}

/** Of calls that are done in less than a microsecond. Timing one costs more than the call, so that it has to be seldom. */
export const RUNS_OF_CALLS: TimedRuns = { warmUpCount: 8, countedCount: 24, maxMeanInterval: 65_536 };

/** Sections of exports are fewer, and long enough for it. */
export const SINGLE_SECTIONS: TimedRuns = { warmUpCount: 0, countedCount: 1, maxMeanInterval: 8 };

/** The first calls are all timed, of 10,000 one in 16. */
function meanInterval(timedCount: number, most: number): number {
  return Math.min(1 + (timedCount * timedCount) / 256, most);
}

/** Uniform, so that work that repeats itself is not always met at the same place. */
export function randomInterval(mean: number): number {
  return 1 + Math.floor(Math.random() * (2 * mean - 1));
}

/**
 * Which calls of a kind are timed. Whoever makes a call takes one from `left` and times the call when nothing is left.
 * How many calls there were needs no counter of its own.
 */
export class Countdown {
  left = 1;
  timedCount = 0;
  private interval = 1;
  private earlierCount = 0;
  /** Of the present run, those that are to be timed yet. */
  private leftInRun: number;
  /** Calls before the present run that nothing stands for yet. */
  private untimedCount = 0;
  private readonly choose: IntervalChoice;
  private readonly runs: TimedRuns;

  constructor(choose: IntervalChoice, runs: TimedRuns = RUNS_OF_CALLS) {
    this.choose = choose;
    this.runs = runs;
    this.leftInRun = runs.warmUpCount + runs.countedCount;
  }

  /**
   * How many calls the present one stands for, itself included; it is timed. It is made again and passes the countdown
   * once more.
   */
  take(): number {
    const { warmUpCount, countedCount, maxMeanInterval } = this.runs;
    this.earlierCount += this.interval;
    this.timedCount++;
    let weight = 1;
    if (this.leftInRun <= countedCount) {
      const share = Math.floor(this.untimedCount / this.leftInRun);
      this.untimedCount -= share;
      weight += share;
    }
    this.interval = 1;
    if (--this.leftInRun === 0) {
      this.leftInRun = warmUpCount + countedCount;
      this.interval = this.choose(meanInterval(this.timedCount, maxMeanInterval));
      this.untimedCount = this.interval - 1;
    }
    this.left = this.interval + 1;
    return weight;
  }

  /** The present call is made again without being timed; the next one is. */
  postpone(): void {
    this.interval++;
    this.untimedCount++;
    this.left = 2;
  }

  get callCount(): number {
    return this.earlierCount + this.interval - this.left;
  }
}
