/** What the heap holds: something to do at an instant. */
export interface Scheduled {
  /** Called once, when its time has come; an entry that no longer matters does nothing. */
  fire(token: number): void;
}

/**
 * A binary heap of scheduled things by time and, at the same time, in the order of scheduling. Keys are in typed arrays,
 * so that comparing touches no object.
 */
export class EventHeap {
  #timeNano = new Float64Array(1024);
  #order = new Float64Array(1024);
  #token = new Float64Array(1024);
  readonly #entry: (Scheduled | undefined)[] = [];
  #count = 0;
  #nextOrder = 0;

  get count(): number {
    return this.#count;
  }

  /** When the first entry is due; infinity without one. */
  get firstTimeNano(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : (this.#timeNano[0] ?? 0);
  }

  push(timeNano: number, entry: Scheduled, token: number): void {
    if (this.#count === this.#timeNano.length) this.#grow();
    const order = this.#nextOrder++;
    let at = this.#count++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      // A new entry is the latest in order, so it passes only what is due later.
      if ((this.#timeNano[above] ?? 0) <= timeNano) break;
      this.#move(above, at);
      at = above;
    }
    this.#put(at, timeNano, order, token, entry);
  }

  /** Takes the first entry out and fires it. */
  fireFirst(): void {
    const entry = this.#entry[0];
    const token = this.#token[0] ?? 0;
    const last = --this.#count;
    const timeNano = this.#timeNano[last] ?? 0;
    const order = this.#order[last] ?? 0;
    const lastToken = this.#token[last] ?? 0;
    const lastEntry = this.#entry[last];
    this.#entry[last] = undefined;
    if (last > 0) {
      let at = 0;
      for (;;) {
        let below = 2 * at + 1;
        if (below >= last) break;
        if (below + 1 < last && this.#isBefore(below + 1, below)) below++;
        const belowTime = this.#timeNano[below] ?? 0;
        if (belowTime > timeNano || (belowTime === timeNano && (this.#order[below] ?? 0) > order)) break;
        this.#move(below, at);
        at = below;
      }
      this.#put(at, timeNano, order, lastToken, lastEntry);
    }
    entry?.fire(token);
  }

  #isBefore(a: number, b: number): boolean {
    const timeA = this.#timeNano[a] ?? 0;
    const timeB = this.#timeNano[b] ?? 0;
    return timeA < timeB || (timeA === timeB && (this.#order[a] ?? 0) < (this.#order[b] ?? 0));
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#timeNano[from] ?? 0, this.#order[from] ?? 0, this.#token[from] ?? 0, this.#entry[from]);
  }

  #put(at: number, timeNano: number, order: number, token: number, entry: Scheduled | undefined): void {
    this.#timeNano[at] = timeNano;
    this.#order[at] = order;
    this.#token[at] = token;
    this.#entry[at] = entry;
  }

  #grow(): void {
    const grown = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(old.length * 2);
      larger.set(old);
      return larger;
    };
    this.#timeNano = grown(this.#timeNano);
    this.#order = grown(this.#order);
    this.#token = grown(this.#token);
  }
}
