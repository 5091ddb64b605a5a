import { once } from 'node:events';
import { connect } from 'node:net';
import { type BrokerFrame, type ClientFrame, readFrames, sendFrame } from '../broker/wire.ts';
import { addressOf } from '../settings.ts';
import { ShopError } from '../shop-error.ts';
import { handleDelivery, type Message, type MessageQueue, PREFETCH, type Topic } from './message-queue.ts';

type Request = Exclude<ClientFrame, { readonly do: 'settle' }>;

/** A connection to the shop's own broker. `onLost` is called if it ends before it is closed. */
export async function openBrokerQueue(onLost: (error: Error) => void): Promise<MessageQueue> {
  const { hostname, port, host } = addressOf('broker');
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect').catch((error: Error) => {
    throw new ShopError('broker_unavailable', 503, `No broker answers at ${host} (${error.message}): start it first`);
  });
  const answers = new Map<number, PromiseWithResolvers<void>>();
  const handlers = new Map<Topic, (message: Message) => Promise<void>>();
  const underWay = new Set<Promise<void>>();
  let lastSequence = 0;
  let closing = false;

  const lost = (): ShopError =>
    new ShopError('broker_unavailable', 503, `The connection to the broker at ${host} has ended`);
  const ask = (request: (sequence: number) => Request): Promise<void> => {
    if (!socket.writable) return Promise.reject(lost());
    const answer = Promise.withResolvers<void>();
    lastSequence++;
    answers.set(lastSequence, answer);
    sendFrame(socket, request(lastSequence));
    return answer.promise;
  };
  const take = async ({ delivery, ...delivered }: Extract<BrokerFrame, { is: 'delivery' }>): Promise<void> => {
    const handle = handlers.get(delivered.topic);
    // What is not settled goes back to the broker when the connection ends.
    if (handle === undefined || closing) return;
    const result = await handleDelivery(handle, delivered);
    sendFrame(socket, { do: 'settle', delivery, outcome: result === 'again' ? 'again' : 'done' });
  };

  readFrames(socket, (received) => {
    // Both ends are the shop's own.
    const frame = received as BrokerFrame;
    if (frame.is === 'delivery') {
      const work = take(frame);
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
      return;
    }
    const answer = answers.get(frame.sequence);
    answers.delete(frame.sequence);
    if (frame.is === 'done') answer?.resolve();
    else answer?.reject(new ShopError(frame.code, 503, frame.message));
  });
  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    for (const answer of answers.values()) answer.reject(lost());
    answers.clear();
    if (!closing) onLost(lost());
  });

  return {
    system: 'shop_broker',
    publish: (topic, message) => ask((sequence) => ({ do: 'publish', sequence, topic, message })),
    subscribe: async (topic, subscriber, handle) => {
      handlers.set(topic, handle);
      await ask((sequence) => ({ do: 'subscribe', sequence, topic, subscriber, prefetch: PREFETCH }));
    },
    close: async () => {
      closing = true;
      await Promise.all(underWay);
      if (socket.closed) return;
      socket.end();
      await once(socket, 'close');
    },
  };
}
