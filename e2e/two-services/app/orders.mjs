// A service that places three orders, each with a trace of its own, and ends.
import * as grpc from '@grpc/grpc-js';
import { traceMessagePublish, withSpan } from '@throughline/sdk';
import amqplib from 'amqplib';
import { grpcCalls } from '../../instrumented/app/grpc.mjs';
import { tracing } from './tracing.mjs';

const { AMQP_PORT, HTTP_PORT, GRPC_PORT } = process.env;
const connection =
  AMQP_PORT === undefined ? undefined : await amqplib.connect(`amqp://guest:guest@127.0.0.1:${AMQP_PORT}`);
const channel = await connection?.createConfirmChannel();
await channel?.assertQueue('orders', { durable: false });
const prices = grpcCalls({ grpc, grpcPort: Number(GRPC_PORT) });

for (const [number, path] of ['reserve', 'reserve', 'refuse'].entries()) {
  await withSpan(`place order ${number}`, async (span) => {
    const answer = await fetch(`http://127.0.0.1:${HTTP_PORT}/${path}`, { method: 'POST' });
    await answer.text();
    span.setAttribute('order.status', answer.status);
    await prices.unary();
    if (channel === undefined) return;
    traceMessagePublish({ destination: 'orders', system: 'rabbitmq', attributes: { order: number } }, (headers) =>
      channel.sendToQueue('orders', Buffer.from(String(number)), { headers }),
    );
    await channel.waitForConfirms();
  });
}
await connection?.close();
await tracing.shutdown();
