import { Countdown, type IntervalChoice, randomInterval } from './countdown.ts';
import { type MonotonicClock, Stopwatch } from './stopwatch.ts';

export interface OverheadMeterOptions {
  readonly clock?: MonotonicClock;
  readonly chooseInterval?: IntervalChoice;
}

/** What somebody else counts. */
export interface CountedCalls {
  readonly callCount: number;
}
const NO_CALLS: CountedCalls = { callCount: 0 };

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
  /** Which spans without a parent are timed, and which of all others: a root is one of the first, whatever becomes of it. */
  readonly rootStarts: Countdown;
  readonly childStarts: Countdown;
  /** How many there are of both. Set before the first span. */
  roots: CountedCalls = NO_CALLS;
  children: CountedCalls = NO_CALLS;
  readonly enters: Countdown;
  readonly injects: Countdown;
  readonly extracts: Countdown;
  readonly watch: Stopwatch;
  readonly clock: MonotonicClock;
  readonly chooseInterval: IntervalChoice;
  /**
   * By result of the sampler and origin of the parent. Not in it are roots and local children of `uncountedResult`: there
   * are as many of them as `roots` and `children` without those that are in it. An array of small integers
   * is read faster than a typed one.
   */
  private readonly startedCounts: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  /** Set before the first span. With a sampler `DROPPED`, as these spans are so cheap that counting them is felt. */
  uncountedResult: number = RECORDED_AND_SAMPLED;
  /** That went to no queue, which counts its own. */
  unqueuedSampledCount = 0;
  endedUnsampledCount = 0;
  /** Of timed spans, extrapolated: calls by part, and what the spans had at their end. */
  readonly callCounts: Float64Array = new Float64Array(5);
  attributeCount = 0;
  eventCount = 0;

  constructor({ clock = () => performance.now(), chooseInterval = randomInterval }: OverheadMeterOptions = {}) {
    this.clock = clock;
    this.chooseInterval = chooseInterval;
    this.watch = new Stopwatch(clock);
    this.rootStarts = new Countdown(chooseInterval);
    this.childStarts = new Countdown(chooseInterval);
    this.enters = new Countdown(chooseInterval);
    this.injects = new Countdown(chooseInterval);
    this.extracts = new Countdown(chooseInterval);
  }

  /** Spans that were started, by result of the sampler and origin of the parent: a place is the sum of both. */
  startedByPlace(): readonly number[] {
    const { uncountedResult } = this;
    const counts = [...this.startedCounts];
    const sum = (origin: number): number =>
      [DROPPED, RECORDED_ONLY, RECORDED_AND_SAMPLED].reduce(
        (total, result) => total + (counts[result + origin] ?? 0),
        0,
      );
    // While a span is being started, it may be in one number and not yet in the other.
    counts[uncountedResult + NO_PARENT] = Math.max(0, this.roots.callCount - sum(NO_PARENT));
    counts[uncountedResult + LOCAL_PARENT] = Math.max(
      0,
      this.children.callCount - sum(LOCAL_PARENT) - sum(REMOTE_PARENT),
    );
    return counts;
  }

  /** Calls of `startSpan`. */
  get startCount(): number {
    return this.roots.callCount + this.children.callCount;
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

  /** Of every span whose parent is remote, and of others unless their result is the uncounted one. */
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
