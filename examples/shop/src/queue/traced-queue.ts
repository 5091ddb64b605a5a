import { traceMessageProcess, traceMessagePublish } from '@throughline/sdk';
import { randomUUID } from 'node:crypto';
import { amqpUrl } from '../settings.ts';
import type { MessageBodies } from './message-bodies.ts';
import type { MessageQueue, Topic } from './message-queue.ts';

/** A queue whose messages carry the trace from the sender to the subscribers. */
export interface TracedQueue {
  publish<T extends Topic>(topic: T, body: MessageBodies[T]): Promise<void>;
  subscribe<T extends Topic>(
    topic: T,
    subscriber: string,
    handle: (body: MessageBodies[T]) => Promise<void>,
  ): Promise<void>;
  close(): Promise<void>;
}

/** Opens RabbitMQ if `SHOP_AMQP_URL` says where it is, else the shop's own broker. */
export async function openQueue(): Promise<TracedQueue> {
  const url = amqpUrl();
  // A service without its queue is of no use: it ends, and whoever runs it starts it again.
  const onLost = (error: Error): void => {
    console.error(error.message);
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  };
  // Loaded only when it is wanted: the shop runs without RabbitMQ's client, too.
  const queue =
    url === undefined
      ? await (await import('./broker-queue.ts')).openBrokerQueue(onLost)
      : await (await import('./amqp-queue.ts')).openAmqpQueue(url, onLost);
  return traced(queue);
}

function traced(queue: MessageQueue): TracedQueue {
  const { system } = queue;
  return {
    publish: (topic, body) => {
      const id = randomUUID();
      const attributes = { 'messaging.message.id': id };
      const carrier: Record<string, string> = {};
      return traceMessagePublish({ destination: topic, system, attributes, carrier }, (headers) =>
        queue.publish(topic, { id, headers, body }),
      );
    },
    subscribe: <T extends Topic>(topic: T, subscriber: string, handle: (body: MessageBodies[T]) => Promise<void>) =>
      queue.subscribe(topic, subscriber, ({ id, headers, body }) => {
        const attributes = { 'messaging.message.id': id, 'messaging.destination.subscription.name': subscriber };
        return traceMessageProcess({ destination: topic, system, attributes, carrier: headers }, () =>
          // `publish` takes nothing else for this topic.
          handle(body as MessageBodies[T]),
        );
      }),
    close: () => queue.close(),
  };
}
