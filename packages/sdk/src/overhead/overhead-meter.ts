import { Countdown, type IntervalChoice, randomInterval } from './countdown.ts';
import { type MonotonicClock, Stopwatch } from './stopwatch.ts';

export interface OverheadMeterOptions {
  readonly clock?: MonotonicClock;
  readonly chooseInterval?: IntervalChoice;
}

/** Origins of a parent, as places in the counts of started spans. */
export const NO_PARENT = 0;
export const LOCAL_PARENT = 1;
export const REMOTE_PARENT = 2;
/** Results of the sampler; a place is the sum of both. */
export const DROPPED = 0;
export const RECORDED_ONLY = 3;
export const RECORDED_AND_SAMPLED = 6;

/**
 * What tracing does, counted and timed on the application's path: spans are
 * counted each, and one call in many is timed. Shared by the parts of one `startTracing`.
 */
export class OverheadMeter {
  /** Of spans without a parent, and of all others: a root is one of the first, whatever becomes of it. */
  readonly rootStarts: Countdown;
  readonly childStarts: Countdown;
  readonly enters: Countdown;
  readonly injects: Countdown;
  readonly extracts: Countdown;
  readonly watch: Stopwatch;
  readonly clock: MonotonicClock;
  /**
   * By result of the sampler and origin of the parent, of spans that are recorded or have a remote parent. The others are
   * the most and the cheapest: roots and children of our own that were dropped are those calls of `rootStarts` and
   * `childStarts` that are not counted here. An array of small integers is read faster than a typed one.
   */
  readonly startedCounts: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  /** That went to no queue, which counts its own. */
  unqueuedSampledCount = 0;
  endedUnsampledCount = 0;
  /** Of timed spans, extrapolated: calls by part, and what the spans had at their end. */
  readonly callCounts: Float64Array = new Float64Array(5);
  attributeCount = 0;
  eventCount = 0;

  constructor({ clock = () => performance.now(), chooseInterval = randomInterval }: OverheadMeterOptions = {}) {
    this.clock = clock;
    this.watch = new Stopwatch(clock);
    this.rootStarts = new Countdown(chooseInterval);
    this.childStarts = new Countdown(chooseInterval);
    this.enters = new Countdown(chooseInterval);
    this.injects = new Countdown(chooseInterval);
    this.extracts = new Countdown(chooseInterval);
  }

  /** Spans that were started, by the same places. */
  startedByPlace(): readonly number[] {
    const counts = [...this.startedCounts];
    const countOf = (place: number): number => counts[place] ?? 0;
    const recordedRootCount = countOf(RECORDED_ONLY + NO_PARENT) + countOf(RECORDED_AND_SAMPLED + NO_PARENT);
    const countedCount = counts.reduce((sum, count) => sum + count, 0);
    // While a span is being started, it may be in one number and not yet in the other.
    counts[DROPPED + NO_PARENT] = Math.max(0, this.rootStarts.callCount - recordedRootCount);
    counts[DROPPED + LOCAL_PARENT] = Math.max(0, this.childStarts.callCount - (countedCount - recordedRootCount));
    return counts;
  }

  /** Calls of `startSpan`. */
  get startCount(): number {
    return this.rootStarts.callCount + this.childStarts.callCount;
  }

  /** For a call whose countdown has ended: how many calls it stands for, or 0 if it cannot be timed, as another one is. */
  begin(countdown: Countdown, part: number): number {
    if (this.watch.isBusy) {
      countdown.postpone();
      return 0;
    }
    const weight = countdown.take();
    this.watch.begin(weight, part);
    return weight;
  }

  /** A later call of a span that was timed from its start. False if it cannot be timed, as another one is. */
  beginLater(weight: number, part: number): boolean {
    this.callCounts[part] = (this.callCounts[part] ?? 0) + weight;
    if (this.watch.isBusy) return false;
    this.watch.begin(weight, part);
    return true;
  }

  end(): void {
    this.watch.end();
  }

  /** `place` is the sum of the result and the origin. */
  countStart(place: number): void {
    this.startedCounts[place] = (this.startedCounts[place] ?? 0) + 1;
  }

  countUnqueuedEnd(sampled: boolean): void {
    if (sampled) this.unqueuedSampledCount++;
    else this.endedUnsampledCount++;
  }

  /** A timed span has ended with so many. */
  countContents(weight: number, attributeCount: number, eventCount: number): void {
    this.attributeCount += weight * attributeCount;
    this.eventCount += weight * eventCount;
  }
}
