import { EventHeap } from './event-heap.ts';
import { type Listener, SimEvent } from './sim-event.ts';

/** What a process may yield: a delay in nanoseconds, or an event to wait for. */
export type Command = number | SimEvent<unknown>;

/**
 * A process: a generator that yields what it waits for. It runs until it yields; nothing else runs meanwhile, so no
 * locks are needed.
 */
export type Process<T = void> = Generator<Command, T, unknown>;

/** Thrown into a process by {@link Task.interrupt}. */
export class Interrupt extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('interrupted');
    this.name = 'Interrupt';
    this.reason = reason;
  }
}

/** A running process; as an event it happens when the process ends, with what it returned or threw. */
export class Task<T> extends SimEvent<T> implements Listener {
  readonly #simulation: Simulation;
  readonly #process: Process<T>;
  /** Grows with every wake-up, so that what was scheduled for an earlier one does nothing. */
  #token = 0;
  #waitingFor: SimEvent<unknown> | undefined;
  #interrupt: Interrupt | undefined;

  constructor(simulation: Simulation, process: Process<T>) {
    super();
    this.#simulation = simulation;
    this.#process = process;
  }

  /** Part of {@link Scheduled}: the delay is over. */
  fire(token: number): void {
    if (token === this.#token) this.#step();
  }

  /** Part of {@link Listener}: what it waits for has happened. It continues after what runs now. */
  eventHappened(): void {
    this.#simulation.soon(this, this.#token);
  }

  /** The token of the wait that it is in now. */
  get token(): number {
    return this.#token;
  }

  /**
   * Throws an {@link Interrupt} into the process where it waits, once what runs now has yielded. Of an ended process it
   * does nothing.
   */
  interrupt(reason?: unknown): void {
    if (!this.isPending) return;
    this.#waitingFor?.removeListener(this);
    this.#token++;
    this.#waitingFor = undefined;
    this.#interrupt = new Interrupt(reason);
    this.#simulation.soon(this, this.#token);
  }

  #step(): void {
    this.#token++;
    try {
      let result = this.#resume();
      for (;;) {
        if (result.done === true) {
          this.succeed(result.value);
          return;
        }
        const command = result.value;
        if (typeof command === 'number') {
          this.#simulation.after(command, this, this.#token);
          return;
        }
        if (command.isPending) {
          this.#waitingFor = command;
          command.addListener(this);
          return;
        }
        result = command.hasFailed ? this.#process.throw(command.error) : this.#process.next();
      }
    } catch (error) {
      // Nobody waits: a bug must not vanish. A process that was told to end may end by it.
      if (!this.hasListeners && !(error instanceof Interrupt)) throw error;
      this.fail(error);
    }
  }

  #resume(): IteratorResult<Command, T> {
    const event = this.#waitingFor;
    const interrupt = this.#interrupt;
    this.#waitingFor = undefined;
    this.#interrupt = undefined;
    if (interrupt !== undefined) return this.#process.throw(interrupt);
    if (event?.hasFailed === true) return this.#process.throw(event.error);
    return this.#process.next();
  }
}

/** A timer as an event; {@link Timeout.cancel} makes it never happen. */
export class Timeout extends SimEvent<void> {
  #isCancelled = false;

  fire(): void {
    if (!this.#isCancelled) this.succeed();
  }

  cancel(): void {
    this.#isCancelled = true;
  }
}

/** The virtual clock and what is to happen on it. Everything is deterministic: ties go by the order of scheduling. */
export class Simulation {
  readonly #heap = new EventHeap();
  /** To be done at the present instant, after what runs now. */
  readonly #ready: { readonly task: { fire(token: number): void }; readonly token: number }[] = [];
  #readyAt = 0;
  #nowNano = 0;

  /** Nanoseconds since the simulation's start, whole and exact below 2^53 (104 days). */
  get nowNano(): number {
    return this.#nowNano;
  }

  /** Starts a process; it takes its first step after what runs now. */
  spawn<T>(process: Process<T>): Task<T> {
    const task = new Task(this, process);
    this.soon(task, task.token);
    return task;
  }

  timeout(delayNano: number): Timeout {
    const timeout = new Timeout();
    this.after(delayNano, timeout, 0);
    return timeout;
  }

  /** Fires `entry` after a delay, rounded to whole nanoseconds; a delay that is negative or no number is a bug. */
  after(delayNano: number, entry: { fire(token: number): void }, token: number): void {
    if (!(delayNano >= 0)) throw new RangeError(`a delay of ${delayNano} ns`);
    this.#heap.push(this.#nowNano + Math.round(delayNano), entry, token);
  }

  /** Fires `entry` at the present instant, after what runs now. */
  soon(entry: { fire(token: number): void }, token: number): void {
    this.#ready.push({ task: entry, token });
  }

  /**
   * Lets happen what is due up to and including `untilNano`, at most `maxSteps` steps. Returns whether it got there;
   * then the clock shows `untilNano`. Without end, it ends when nothing is left to happen. Where `isOver` becomes true
   * after a step, it has got there, too, and the clock shows the instant of that step.
   */
  run(
    untilNano: number = Number.POSITIVE_INFINITY,
    maxSteps: number = Number.POSITIVE_INFINITY,
    isOver?: () => boolean,
  ): boolean {
    for (let steps = 0; steps < maxSteps; steps++) {
      const next = this.#ready[this.#readyAt];
      if (next !== undefined) {
        this.#readyAt++;
        if (this.#readyAt === this.#ready.length) {
          this.#ready.length = 0;
          this.#readyAt = 0;
        }
        next.task.fire(next.token);
        if (isOver?.() === true) return true;
        continue;
      }
      const timeNano = this.#heap.firstTimeNano;
      if (timeNano > untilNano || timeNano === Number.POSITIVE_INFINITY) {
        if (untilNano !== Number.POSITIVE_INFINITY) this.#nowNano = untilNano;
        return true;
      }
      this.#nowNano = timeNano;
      this.#heap.fireFirst();
      if (isOver?.() === true) return true;
    }
    return false;
  }
}
