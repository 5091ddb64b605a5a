import type { Message } from '../queue/message-queue.ts';

/** Messages that wait for one subscriber at most; a publisher is refused then. */
export const MAX_WAITING_MESSAGES = 10_000;

export interface Delivery {
  readonly message: Message;
  /** Whether it was given to somebody before. */
  readonly redelivered: boolean;
}

/** Who handles messages. */
export interface Consumer {
  /** Deliveries that it has at the same time at most. */
  readonly prefetch: number;
  deliver(number: number, delivery: Delivery): void;
}

interface ActiveConsumer {
  readonly consumer: Consumer;
  /** Given and not settled, by number. */
  readonly pending: Map<number, Delivery>;
}

/** What one subscriber of a topic has to handle, in order. Its consumers share the messages. */
export class SubscriberQueue {
  readonly #waiting: Delivery[] = [];
  readonly #active: ActiveConsumer[] = [];
  #lastNumber = 0;

  get isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING_MESSAGES;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** The caller has asked `isFull` before. */
  put(message: Message): void {
    this.#waiting.push({ message, redelivered: false });
    this.#deliver();
  }

  /** Gives messages to a consumer until it is removed. */
  add(consumer: Consumer): void {
    this.#active.push({ consumer, pending: new Map() });
    this.#deliver();
  }

  /** What the consumer has not settled is given to another one, before everything else and in its old order. */
  remove(consumer: Consumer): void {
    const index = this.#active.findIndex((active) => active.consumer === consumer);
    const [removed] = index < 0 ? [] : this.#active.splice(index, 1);
    const unsettled = [...(removed?.pending.values() ?? [])];
    this.#waiting.unshift(...unsettled.map(({ message }) => ({ message, redelivered: true })));
    this.#deliver();
  }

  /** A delivery is done, or is to be given again. A number that is not pending is ignored. */
  settle(consumer: Consumer, number: number, outcome: 'done' | 'again'): void {
    const active = this.#active.find((one) => one.consumer === consumer);
    const delivery = active?.pending.get(number);
    if (active === undefined || delivery === undefined) return;
    active.pending.delete(number);
    if (outcome === 'again') this.#waiting.unshift({ message: delivery.message, redelivered: true });
    this.#deliver();
  }

  #deliver(): void {
    for (;;) {
      const free = this.#active
        .filter(({ consumer, pending }) => pending.size < consumer.prefetch)
        .toSorted((a, b) => a.pending.size - b.pending.size)[0];
      if (free === undefined) return;
      const delivery = this.#waiting.shift();
      if (delivery === undefined) return;
      this.#lastNumber++;
      free.pending.set(this.#lastNumber, delivery);
      free.consumer.deliver(this.#lastNumber, delivery);
    }
  }
}
