/**
 * Calls `work` again and again: at once while it says that there is more to do (but never for more than half of the
 * time), else after the interval. An interval of 0 is never.
 */
export class BackgroundLoop {
  readonly #intervalMs: number;
  readonly #work: (signal: AbortSignal) => Promise<boolean>;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param work does not throw */
  constructor(intervalMs: number, work: (signal: AbortSignal) => Promise<boolean>) {
    this.#intervalMs = intervalMs;
    this.#work = work;
    this.#schedule(intervalMs);
  }

  /** Waits for the work at hand. */
  async stop(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(delayMs: number): void {
    if (this.#intervalMs === 0 || this.#abort.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#run();
    }, delayMs);
    // Rollups alone keep no process alive.
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    const start = performance.now();
    const isMore = await this.#work(this.#abort.signal);
    this.#schedule(isMore ? performance.now() - start : this.#intervalMs);
  }
}
