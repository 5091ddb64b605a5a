import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { start } from '../src/broker/broker.ts';
import { openBrokerQueue } from '../src/queue/broker-queue.ts';
import type { Message, MessageQueue } from '../src/queue/message-queue.ts';
import type { RunningService } from '../src/service.ts';

let broker: RunningService;
let queues: MessageQueue[];
let lost: Error[];
let isBrokerClosed: boolean;

beforeEach(async () => {
  vi.stubEnv('SHOP_BROKER_URL', 'http://127.0.0.1:0');
  broker = await start();
  const port = typeof broker.address === 'object' ? broker.address?.port : undefined;
  vi.stubEnv('SHOP_BROKER_URL', `http://127.0.0.1:${port}`);
  queues = [];
  lost = [];
  isBrokerClosed = false;
});
afterEach(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  await closeBroker();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function closeBroker(): Promise<void> {
  if (!isBrokerClosed) await broker.close();
  isBrokerClosed = true;
}

async function open(): Promise<MessageQueue> {
  const queue = await openBrokerQueue((error) => lost.push(error));
  queues.push(queue);
  return queue;
}

function message(id: string): Message {
  return { id, headers: { traceparent: '00-1-2-01' }, body: { order: id } };
}

/** Subscribes and gives the first `count` messages. */
async function received(queue: MessageQueue, subscriber: string, count: number): Promise<readonly Message[]> {
  const all = Promise.withResolvers<readonly Message[]>();
  const messages: Message[] = [];
  await queue.subscribe('payments.settled', subscriber, async (one) => {
    messages.push(one);
    if (messages.length === count) all.resolve(messages);
  });
  return all.promise;
}

test('every subscriber of a topic gets every message, whole, also those sent before it came', async () => {
  const [sender, orders, notifications] = [await open(), await open(), await open()];
  await sender.publish('payments.settled', message('a'));
  const first = received(orders, 'orders', 2);
  await sender.publish('payments.settled', message('b'));
  const second = received(notifications, 'notifications', 2);
  expect(await first).toEqual([message('a'), message('b')]);
  expect(await second).toEqual([message('a'), message('b')]);
});

test('a message whose handling fails is given once more, then dropped; each time a line says so', async () => {
  const lines: string[] = [];
  const dropped = Promise.withResolvers<void>();
  vi.spyOn(console, 'error').mockImplementation((line: string) => {
    lines.push(line);
    if (line.endsWith('dropped')) dropped.resolve();
  });
  const queue = await open();
  await queue.subscribe('orders.placed', 'payments', async () => {
    throw new Error('no');
  });
  await queue.publish('orders.placed', message('a'));
  await dropped.promise;
  expect(lines).toEqual([
    'message a of orders.placed failed: Error: no; it is given once more',
    'message a of orders.placed failed: Error: no; it is dropped',
  ]);
});

test('what one had not handled when it closed goes to the next; what ends with the broker is told', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const [leaving, sender] = [await open(), await open()];
  const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const handled: string[] = [];
  await leaving.subscribe('payments.settled', 'orders', async ({ id }) => {
    begun.resolve();
    await held.promise;
    handled.push(id);
  });
  await sender.publish('payments.settled', message('a'));
  await begun.promise;
  const closed = leaving.close();
  await sender.publish('payments.settled', message('b'));
  held.resolve();
  await closed;
  expect(handled).toEqual(['a']);
  expect(await received(await open(), 'orders', 1)).toEqual([message('b')]);
  await closeBroker();
  expect(warned.mock.calls).toEqual([['2 messages of payments.settled were not handled by notifications']]);
});

test('a subscriber that the topic does not have is refused', async () => {
  const queue = await open();
  const subscribing = queue.subscribe('orders.placed', 'nobody', async () => {});
  await expect(subscribing).rejects.toMatchObject({ code: 'unknown_subscriber', status: 503 });
});

test('who loses the broker is told, and so is who finds none', async () => {
  const queue = await open();
  const ended = vi.waitFor(() => expect(lost).toMatchObject([{ code: 'broker_unavailable' }]));
  await closeBroker();
  await ended;
  await expect(queue.publish('orders.placed', message('a'))).rejects.toMatchObject({ code: 'broker_unavailable' });
  await expect(open()).rejects.toMatchObject({ code: 'broker_unavailable' });
});
