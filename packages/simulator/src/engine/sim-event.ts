/** Told when an event happens. */
export interface Listener {
  eventHappened(event: SimEvent<unknown>): void;
}

/**
 * Something that happens once: a timeout, the end of a process, a resource granted. A process that yields it continues
 * when it has happened (at once if it has), and then reads {@link SimEvent.value}; a failed event throws into whoever
 * yields it. Listeners are told in the order in which they came.
 */
export class SimEvent<T> {
  #state: 'pending' | 'done' | 'failed' = 'pending';
  #value: T | undefined;
  #error: unknown;
  // Nearly every event has one listener, so that one needs no list.
  #first: Listener | undefined;
  #others: Listener[] | undefined;

  get isPending(): boolean {
    return this.#state === 'pending';
  }

  get hasFailed(): boolean {
    return this.#state === 'failed';
  }

  /** What it failed with. */
  get error(): unknown {
    return this.#error;
  }

  /** What came of it. Throws what it failed with, or an error if it is pending: wait for it first. */
  get value(): T {
    if (this.#state === 'failed') throw this.#error;
    if (this.#state === 'pending') throw new Error('the event has not happened yet');
    return this.#value as T; // Set by `succeed`, which has made the state 'done'.
  }

  /** Makes it happen; a second time is a bug and throws. */
  succeed(value: T): void {
    this.#settle('done');
    this.#value = value;
    this.#tell();
  }

  fail(error: unknown): void {
    this.#settle('failed');
    this.#error = error;
    this.#tell();
  }

  get hasListeners(): boolean {
    return this.#first !== undefined || (this.#others !== undefined && this.#others.length > 0);
  }

  addListener(listener: Listener): void {
    if (!this.hasListeners) this.#first = listener;
    else (this.#others ??= []).push(listener);
  }

  removeListener(listener: Listener): void {
    if (this.#first === listener) this.#first = this.#others?.shift();
    else if (this.#others !== undefined) this.#others = this.#others.filter((other) => other !== listener);
  }

  #settle(state: 'done' | 'failed'): void {
    if (this.#state !== 'pending') throw new Error('the event has happened already');
    this.#state = state;
  }

  #tell(): void {
    const first = this.#first;
    const others = this.#others;
    this.#first = undefined;
    this.#others = undefined;
    first?.eventHappened(this);
    if (others !== undefined) for (const listener of others) listener.eventHappened(this);
  }
}
