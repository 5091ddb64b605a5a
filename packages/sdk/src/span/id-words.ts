import type { Countdown } from '../overhead/countdown.ts';
import { fillWithRandom } from './random-words.ts';

/** 32-bit words of the ids of a span without a parent (of the trace and its own), and of any other. */
export const ROOT_WORDS = 6;
export const CHILD_WORDS = 2;
/** Of both a multiple. */
const WORDS_PER_FILL = 768;

/**
 * Random words for the ids of new spans, one after the other. A span takes the next ones unless they are at their `end`,
 * where there are none left, or a span is to be timed: so it costs spans nothing to be counted and chosen.
 */
export class IdWords {
  readonly words: Int32Array = new Int32Array(WORDS_PER_FILL);
  /** Where those of the next span begin. */
  at: number = WORDS_PER_FILL;
  end: number = WORDS_PER_FILL;
  /** Where those begin that `starts` does not know of yet. */
  private since: number = WORDS_PER_FILL;
  private readonly wordsPerSpan: number;
  private readonly starts: Countdown | undefined;

  /** `starts` says which spans are timed; undefined: none is. */
  constructor(wordsPerSpan: number, starts: Countdown | undefined) {
    this.wordsPerSpan = wordsPerSpan;
    this.starts = starts;
  }

  /**
   * At the end, before `extend`: tells the countdown of the spans since the last time, and gives it if it ends with the
   * present one: `take` or `postpone` it.
   */
  due(): Countdown | undefined {
    const { starts } = this;
    if (starts === undefined) return undefined;
    starts.left -= this.untold;
    this.since = this.at;
    return starts.left > 1 ? undefined : starts;
  }

  /** At the end: there are words for the present span now, and for those up to the next one that is to be timed. */
  extend(): void {
    const { starts } = this;
    if (this.at === WORDS_PER_FILL) {
      fillWithRandom(this.words);
      this.at = 0;
      this.since = 0;
    }
    this.end =
      starts === undefined ? WORDS_PER_FILL : Math.min(WORDS_PER_FILL, this.at + (starts.left - 1) * this.wordsPerSpan);
  }

  /** Spans that took theirs; 0 if none is timed. */
  get callCount(): number {
    return this.starts === undefined ? 0 : this.starts.callCount + this.untold;
  }

  private get untold(): number {
    return (this.at - this.since) / this.wordsPerSpan;
  }
}
