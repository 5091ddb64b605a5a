import { SimEvent } from './sim-event.ts';

/** A bounded queue of things between processes; takers are served in the order of their coming. */
export class Store<T> {
  readonly #capacity: number;
  #items: T[] = [];
  #at = 0;
  readonly #takers: SimEvent<T>[] = [];

  constructor(capacity: number = Number.POSITIVE_INFINITY) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#items.length - this.#at;
  }

  /** Whether there was room. */
  tryPut(item: T): boolean {
    const taker = this.#takers.shift();
    if (taker !== undefined) {
      taker.succeed(item);
      return true;
    }
    if (this.length >= this.#capacity) return false;
    this.#items.push(item);
    return true;
  }

  /** Happens with the next item. Give up with {@link cancel}. */
  take(): SimEvent<T> {
    const taker = new SimEvent<T>();
    const item = this.tryTake();
    if (item === undefined) this.#takers.push(taker);
    else taker.succeed(item);
    return taker;
  }

  tryTake(): T | undefined {
    if (this.#at === this.#items.length) return undefined;
    const item = this.#items[this.#at++];
    if (this.#at > 64 && this.#at * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#at);
      this.#at = 0;
    }
    return item;
  }

  /** Takes a waiting taker out of the queue; one that has its item keeps it. */
  cancel(taker: SimEvent<T>): void {
    const at = this.#takers.indexOf(taker);
    if (at >= 0) this.#takers.splice(at, 1);
  }
}
