const SECONDS = 60;

/** Counts events of the last minute, in a bucket for each second. */
export class RecentRate {
  readonly #now: () => number;
  readonly #startedSecond: number;
  readonly #counts = new Float64Array(SECONDS);
  #second: number;

  /** @param now milliseconds of a clock that does not go back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#second = this.#startedSecond = Math.floor(now() / 1000);
  }

  add(count: number): void {
    this.#forgetOld();
    const at = this.#second % SECONDS;
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
  }

  /** Over the last minute, or the time since the start where that is shorter; the second that runs included. */
  perSecond(): number {
    this.#forgetOld();
    const seconds = Math.min(SECONDS, this.#second - this.#startedSecond + 1);
    return this.#counts.reduce((sum, count) => sum + count, 0) / seconds;
  }

  #forgetOld(): void {
    const second = Math.floor(this.#now() / 1000);
    for (let passed = Math.min(second - this.#second, SECONDS); passed > 0; passed--) {
      this.#counts[(second - passed + 1) % SECONDS] = 0;
    }
    this.#second = Math.max(second, this.#second);
  }
}
