// A service that is asked by HTTP and gRPC, and that handles the messages of a queue in batches of three.
import { trace } from '@opentelemetry/api';
import * as grpc from '@grpc/grpc-js';
import { pinoTraceMixin, traceMessageBatch, withSpan } from '@throughline/sdk';
import amqplib from 'amqplib';
import { once } from 'node:events';
import { createServer } from 'node:http';
import pino from 'pino';
import { startGrpc } from '../../instrumented/app/grpc.mjs';
import { tracing } from './tracing.mjs';

const log = pino({ mixin: pinoTraceMixin, base: undefined });

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    log.info('asked');
    withSpan('reserve', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      log.info('reserved');
      response.writeHead(request.url === '/reserve' ? 200 : 500).end();
    }).catch((error) => log.error(error));
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const prices = await startGrpc({ grpc, api: { trace } });

let connection;
if (process.env.AMQP_PORT !== undefined) {
  connection = await amqplib.connect(`amqp://guest:guest@127.0.0.1:${process.env.AMQP_PORT}`);
  const channel = await connection.createChannel();
  await channel.assertQueue('orders', { durable: false });
  let waiting = [];
  await channel.consume('orders', (message) => {
    waiting.push(message);
    if (waiting.length < 3) return;
    const carriers = waiting.map(({ properties }) => properties.headers);
    traceMessageBatch({ destination: 'orders', system: 'rabbitmq', carriers }, () => log.info('handled'));
    for (const one of waiting) channel.ack(one);
    waiting = [];
  });
}
log.info({ http: server.address().port, grpc: prices.port }, 'ready');

process.stdin.resume();
await once(process.stdin, 'end');
log.info('ending');
await connection?.close();
server.closeAllConnections();
server.close();
await prices.close();
await tracing.shutdown();
