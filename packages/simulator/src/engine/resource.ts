import { SimEvent } from './sim-event.ts';
import type { Simulation } from './simulation.ts';

/** A place in a resource, or in its queue. */
export class Grant extends SimEvent<void> {
  readonly requestedAtNano: number;
  readonly priority: number;

  constructor(requestedAtNano: number, priority: number) {
    super();
    this.requestedAtNano = requestedAtNano;
    this.priority = priority;
  }
}

/**
 * Something of which a limited number can be used at once: workers, connections, a lock. Requests wait in the order of
 * their priority (lower first), then of their coming. Keeps the integrals from which utilisation and waiting follow.
 */
export class Resource {
  readonly #simulation: Simulation;
  #capacity: number;
  #inUse = 0;
  readonly #queue: Grant[] = [];
  /** Entries of the queue before this are gone; shifting a long array costs its length. */
  #queueAt = 0;
  #busyNanoUnits = 0;
  #changedAtNano = 0;
  #waitNano = 0;
  #grantCount = 0;

  constructor(simulation: Simulation, capacity: number) {
    this.#simulation = simulation;
    this.#capacity = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get inUse(): number {
    return this.#inUse;
  }

  get queueLength(): number {
    return this.#queue.length - this.#queueAt;
  }

  /** Nanoseconds of use, summed over all units: `busyNano / capacity / elapsed` is the utilisation. */
  get busyNano(): number {
    return this.#busyNanoUnits + this.#inUse * (this.#simulation.nowNano - this.#changedAtNano);
  }

  /** Nanoseconds that the granted requests have waited, and how many these are. */
  get waitNano(): number {
    return this.#waitNano;
  }

  get grantCount(): number {
    return this.#grantCount;
  }

  /**
   * Asks for a unit. The grant happens when there is one, perhaps already. Whoever asks must {@link release} it in a
   * `finally`, granted or not.
   */
  request(priority = 0): Grant {
    const grant = new Grant(this.#simulation.nowNano, priority);
    if (this.#inUse < this.#capacity && this.queueLength === 0) this.#give(grant);
    else this.#enqueue(grant);
    return grant;
  }

  /** Gives a unit back, or leaves the queue. */
  release(grant: Grant): void {
    if (grant.isPending) {
      const at = this.#queue.indexOf(grant, this.#queueAt);
      if (at >= 0) this.#queue.splice(at, 1);
      return;
    }
    this.#account();
    this.#inUse--;
    this.#serve();
  }

  /** Units in use beyond a smaller capacity stay in use until they are released. */
  setCapacity(capacity: number): void {
    this.#capacity = capacity;
    this.#serve();
  }

  #serve(): void {
    while (this.#inUse < this.#capacity && this.#queueAt < this.#queue.length) {
      const next = this.#queue[this.#queueAt++];
      if (this.#queueAt > 64 && this.#queueAt * 2 > this.#queue.length) {
        this.#queue.splice(0, this.#queueAt);
        this.#queueAt = 0;
      }
      if (next !== undefined) this.#give(next);
    }
  }

  #give(grant: Grant): void {
    this.#account();
    this.#inUse++;
    this.#grantCount++;
    this.#waitNano += this.#simulation.nowNano - grant.requestedAtNano;
    grant.succeed();
  }

  #enqueue(grant: Grant): void {
    let at = this.#queue.length;
    while (at > this.#queueAt && (this.#queue[at - 1]?.priority ?? 0) > grant.priority) at--;
    if (at === this.#queue.length) this.#queue.push(grant);
    else this.#queue.splice(at, 0, grant);
  }

  #account(): void {
    const nowNano = this.#simulation.nowNano;
    this.#busyNanoUnits += this.#inUse * (nowNano - this.#changedAtNano);
    this.#changedAtNano = nowNano;
  }
}
