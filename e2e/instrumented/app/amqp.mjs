// A queue whose messages are published with confirms and consumed in the same process.

/** `publish` resolves when the message was confirmed and its consumer is done with it. */
export async function startAmqp({ amqplib, api }, port, pool) {
  const tracer = api.trace.getTracer('shop', '2.1.0');
  const connection = await amqplib.connect(`amqp://guest:guest@127.0.0.1:${port}/?heartbeat=0`);
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('orders', 'topic', { durable: false, autoDelete: true });
  const waiting = [];
  for (const key of ['placed', 'refused']) {
    const { queue } = await channel.assertQueue(`orders.${key}`, { durable: false, autoDelete: true });
    await channel.bindQueue(queue, 'orders', key);
    await channel.consume(queue, async (message) => {
      const { order } = JSON.parse(message.content.toString());
      await tracer.startActiveSpan(`handle ${key}`, { attributes: { 'order.id': order } }, async (span) => {
        await pool?.query('SELECT id FROM orders WHERE id = $1', [order ?? 0]);
        span.end();
      });
      if (key === 'placed') channel.ack(message);
      else channel.nack(message, false, false);
      waiting.shift()();
    });
  }
  return {
    publish: async (key, content) => {
      const done = new Promise((resolve) => waiting.push(resolve));
      await new Promise((resolve, reject) => {
        channel.publish('orders', key, Buffer.from(JSON.stringify(content)), { headers: { tries: 1 } }, (error) =>
          error ? reject(error) : resolve(),
        );
      });
      await done;
    },
    close: () => connection.close(),
  };
}
