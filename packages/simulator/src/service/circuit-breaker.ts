/** Lets calls fail at once after failures in a row; after a while one call is let through to try. */
export class CircuitBreaker {
  readonly #failures: number;
  readonly #openNano: number;
  #inARow = 0;
  #openUntilNano = 0;
  #isTrying = false;

  constructor(failures: number, openNano: number) {
    this.#failures = failures;
    this.#openNano = openNano;
  }

  /** Whether a call may go out now; one that may must report its {@link outcome}. */
  allows(nowNano: number): boolean {
    if (this.#inARow < this.#failures) return true;
    if (nowNano < this.#openUntilNano || this.#isTrying) return false;
    this.#isTrying = true;
    return true;
  }

  outcome(isSuccess: boolean, nowNano: number): void {
    this.#isTrying = false;
    if (isSuccess) {
      this.#inARow = 0;
      return;
    }
    this.#inARow++;
    if (this.#inARow >= this.#failures) this.#openUntilNano = nowNano + this.#openNano;
  }
}
