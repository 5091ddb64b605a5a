/** Chooses how many calls pass until the next one is timed, that one included: whole, at least 1, `mean` on average. */
export type IntervalChoice = (mean: number) => number;

/**
 * Of the calls of one kind, one in so many is timed once there were enough. Timing a span costs
 * more than the span, so that it has to be seldom.
 */
export const MAX_MEAN_INTERVAL = 32_768;

/** Sections of exports are fewer, and long enough for it. */
export const MAX_MEAN_SECTION_INTERVAL = 8;

/** The first calls are all timed, of 10,000 not yet 80. */
function meanInterval(timedCount: number, most: number): number {
  return Math.min(1 + (timedCount * timedCount) / 16, most);
}

/** Uniform, so that work that repeats itself is not always met at the same place. */
export function randomInterval(mean: number): number {
  return 1 + Math.floor(Math.random() * (2 * mean - 1));
}

/**
 * Which calls of a kind are timed. Whoever makes a call takes one from `left` and times the call when nothing is left.
 * The first calls are timed often and the later ones seldom; each stands for those since the one before it. How many
 * calls there were needs no counter of its own.
 */
export class Countdown {
  left = 1;
  timedCount = 0;
  private interval = 1;
  private earlierCount = 0;
  private readonly choose: IntervalChoice;
  private readonly maxMeanInterval: number;

  constructor(choose: IntervalChoice, maxMeanInterval: number = MAX_MEAN_INTERVAL) {
    this.choose = choose;
    this.maxMeanInterval = maxMeanInterval;
  }

  /**
   * How many calls the present one stands for, itself included; it is timed. It is made again and passes the countdown
   * once more.
   */
  take(): number {
    const weight = this.interval;
    this.earlierCount += weight;
    this.timedCount++;
    this.interval = this.choose(meanInterval(this.timedCount, this.maxMeanInterval));
    this.left = this.interval + 1;
    return weight;
  }

  /** The present call is made again without being timed; the next one is. */
  postpone(): void {
    this.interval++;
    this.left = 2;
  }

  get callCount(): number {
    return this.earlierCount + this.interval - this.left;
  }
}
