import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { SUBSCRIBERS, type Topic } from '../queue/message-queue.ts';
import { addressOf } from '../settings.ts';
import type { RunningService } from '../service.ts';
import { type Consumer, MAX_WAITING_MESSAGES, SubscriberQueue } from './subscriber-queue.ts';
import { type ClientFrame, readFrames, sendFrame } from './wire.ts';

/** The shop's own broker: topics with subscribers, at least once, in memory, over TCP. */
export async function start(): Promise<RunningService> {
  const topics = new Map<string, Map<string, SubscriberQueue>>(
    Object.entries(SUBSCRIBERS).map(([topic, names]) => [
      topic,
      new Map(names.map((name) => [name, new SubscriberQueue()])),
    ]),
  );
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    serve(socket, topics);
  });
  const { hostname, port } = addressOf('broker');
  server.listen(Number(port), hostname);
  await once(server, 'listening');
  return {
    address: server.address(),
    close: async () => {
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.end();
      await closed;
      for (const [topic, queues] of topics) {
        for (const [subscriber, { waitingCount }] of queues) {
          if (waitingCount > 0) console.warn(`${waitingCount} messages of ${topic} were not handled by ${subscriber}`);
        }
      }
    },
  };
}

interface Subscription {
  readonly queue: SubscriberQueue;
  readonly consumer: Consumer;
}

function serve(socket: Socket, topics: ReadonlyMap<string, ReadonlyMap<string, SubscriberQueue>>): void {
  const subscriptions: Subscription[] = [];
  const refuse = (sequence: number, code: string, message: string): void =>
    sendFrame(socket, { is: 'refused', sequence, code, message });

  const subscribe = (queue: SubscriberQueue, topic: Topic, prefetch: number): void => {
    const name = subscriptions.length;
    const consumer: Consumer = {
      prefetch,
      deliver: (number, { message, redelivered }) =>
        sendFrame(socket, { is: 'delivery', delivery: `${name}/${number}`, topic, message, redelivered }),
    };
    subscriptions.push({ queue, consumer });
    queue.add(consumer);
  };

  readFrames(socket, (received) => {
    // Both ends are the shop's own.
    const frame = received as ClientFrame;
    if (frame.do === 'settle') {
      const [name, number] = frame.delivery.split('/').map(Number);
      const subscription = subscriptions[name ?? -1];
      subscription?.queue.settle(subscription.consumer, number ?? -1, frame.outcome);
      return;
    }
    const { sequence, topic } = frame;
    const queues = topics.get(topic);
    if (frame.do === 'publish') {
      if (queues === undefined) refuse(sequence, 'unknown_topic', `There is no topic ${topic}`);
      else if ([...queues.values()].some(({ isFull }) => isFull)) {
        refuse(
          sequence,
          'queue_full',
          `${MAX_WAITING_MESSAGES} messages of ${topic} wait already: are its subscribers running?`,
        );
      } else {
        for (const queue of queues.values()) queue.put(frame.message);
        sendFrame(socket, { is: 'done', sequence });
      }
      return;
    }
    const queue = queues?.get(frame.subscriber);
    if (queue === undefined) refuse(sequence, 'unknown_subscriber', `${topic} has no subscriber ${frame.subscriber}`);
    else {
      sendFrame(socket, { is: 'done', sequence });
      subscribe(queue, topic, frame.prefetch);
    }
  });
  socket.once('close', () => {
    for (const { queue, consumer } of subscriptions) queue.remove(consumer);
  });
}
