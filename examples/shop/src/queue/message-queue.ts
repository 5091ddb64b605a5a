/** Who gets the messages of each topic; each subscriber gets every message, also those sent while it was away. */
export const SUBSCRIBERS = {
  'orders.placed': ['payments'],
  'payments.settled': ['orders', 'notifications'],
} as const;

export type Topic = keyof typeof SUBSCRIBERS;

export interface Message {
  readonly id: string;
  /** Where the trace's context travels. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: unknown;
}

/** What messages a subscriber handles at the same time at most. */
export const PREFETCH = 8;

/** A broker, seen by a service. */
export interface MessageQueue {
  /** `messaging.system` of its spans. */
  readonly system: string;
  /** Resolves when the broker has the message. */
  publish(topic: Topic, message: Message): Promise<void>;
  /**
   * Calls `handle` for each message, `PREFETCH` at a time. A message whose handling fails is given once more; when that
   * fails too it is dropped. A line on standard error says so, each time.
   */
  subscribe(topic: Topic, subscriber: string, handle: (message: Message) => Promise<void>): Promise<void>;
  /** Ends after the messages under way have been handled. */
  close(): Promise<void>;
}

/** Handles one delivery by the rule above. Resolves with what is to be told to the broker. */
export async function handleDelivery(
  handle: (message: Message) => Promise<void>,
  delivery: { readonly message: Message; readonly redelivered: boolean; readonly topic: Topic },
): Promise<'done' | 'again' | 'dropped'> {
  try {
    await handle(delivery.message);
    return 'done';
  } catch (error) {
    const failed = `message ${delivery.message.id} of ${delivery.topic} failed: ${String(error)}`;
    console.error(delivery.redelivered ? `${failed}; it is dropped` : `${failed}; it is given once more`);
    return delivery.redelivered ? 'dropped' : 'again';
  }
}
