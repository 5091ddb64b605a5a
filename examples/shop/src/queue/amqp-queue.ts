import { type ConfirmChannel, connect, type ConsumeMessage } from 'amqplib';
import { ShopError } from '../shop-error.ts';
import { handleDelivery, type Message, type MessageQueue, PREFETCH, SUBSCRIBERS, type Topic } from './message-queue.ts';

/** RabbitMQ: a topic is a fanout exchange, and each of its subscribers has a queue. `onLost` is as for our own broker. */
export async function openAmqpQueue(url: string, onLost: (error: Error) => void): Promise<MessageQueue> {
  const connection = await connect(url).catch((error: Error) => {
    throw new ShopError('broker_unavailable', 503, `RabbitMQ does not answer: ${error.message}; see SHOP_AMQP_URL`);
  });
  const channel = await connection.createConfirmChannel();
  const underWay = new Set<Promise<void>>();
  let closing = false;
  let closed = false;
  // 'close' follows and says the same.
  connection.on('error', () => {});
  channel.on('error', () => {});
  connection.once('close', () => {
    closed = true;
    if (!closing) onLost(new ShopError('broker_unavailable', 503, 'The connection to RabbitMQ has ended'));
  });
  await channel.prefetch(PREFETCH);
  for (const [topic, subscribers] of Object.entries(SUBSCRIBERS)) await declare(channel, topic, subscribers);

  return {
    system: 'rabbitmq',
    publish: (topic, { id, headers, body }) =>
      new Promise((resolve, reject) => {
        const options = { headers, messageId: id, contentType: 'application/json', persistent: true };
        channel.publish(topic, '', Buffer.from(JSON.stringify(body)), options, (error: unknown) => {
          if (error === null || error === undefined) resolve();
          else reject(new ShopError('message_refused', 503, `RabbitMQ has not taken a message of ${topic}`));
        });
      }),
    subscribe: async (topic, subscriber, handle) => {
      await channel.consume(queueName(topic, subscriber), (delivered) => {
        if (delivered === null || closing) return;
        const work = take(channel, { delivered, topic, handle }).catch((error: unknown) => {
          console.error(`a message of ${topic} is not settled, RabbitMQ gives it again: ${String(error)}`);
        });
        underWay.add(work);
        void work.finally(() => underWay.delete(work));
      });
    },
    close: async () => {
      closing = true;
      await Promise.all(underWay);
      if (!closed) await connection.close();
    },
  };
}

/** Handles one message and says so to RabbitMQ. */
async function take(
  channel: ConfirmChannel,
  {
    delivered,
    topic,
    handle,
  }: { delivered: ConsumeMessage; topic: Topic; handle: (message: Message) => Promise<void> },
): Promise<void> {
  const { properties, fields, content } = delivered;
  const message: Message = {
    id: String(properties.messageId),
    headers: properties.headers ?? {},
    body: JSON.parse(content.toString()),
  };
  const result = await handleDelivery(handle, { message, redelivered: fields.redelivered, topic });
  if (result === 'done') channel.ack(delivered);
  else channel.nack(delivered, false, result === 'again');
}

async function declare(channel: ConfirmChannel, topic: string, subscribers: readonly string[]): Promise<void> {
  await channel.assertExchange(topic, 'fanout', { durable: true });
  for (const subscriber of subscribers) {
    const name = queueName(topic, subscriber);
    await channel.assertQueue(name, { durable: true });
    await channel.bindQueue(name, topic, '');
  }
}

function queueName(topic: string, subscriber: string): string {
  return `${topic}.${subscriber}`;
}
