import fastify, { type FastifyInstance } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';

import { fastifyTracing } from '../../src/index.ts';
import { get, instrumented, serve, spanOf } from './http-fixture.ts';
import { activeSpanId, middlewareCases, Refused } from './middleware-cases.ts';

async function application(tracing: boolean): Promise<FastifyInstance> {
  const app = fastify();
  onTestFinished(() => app.close());
  if (tracing) await app.register(fastifyTracing({ ignoreIncoming: '/health' }));
  app.get('/orders/:id', async () => activeSpanId());
  app.get('/fail', async () => {
    throw new TypeError('broken');
  });
  app.get('/refuse', async () => {
    throw new Refused('refused');
  });
  app.get('/health', async () => activeSpanId());
  await app.ready();
  return app;
}

const finished = middlewareCases({
  name: 'Fastify',
  route: '/orders/:id',
  listener: async () => {
    const app = await application(true);
    return (request, response) => app.routing(request, response);
  },
});

test('the route is found without the plugin, also in an own prefix', async () => {
  instrumented({ outgoing: false });
  const app = fastify();
  onTestFinished(() => app.close());
  await app.register(
    async (inner) => {
      inner.get('/orders/:id', async () => 'ok');
    },
    { prefix: '/api' },
  );
  await app.ready();
  const { port } = await serve((request, response) => app.routing(request, response));
  await get(port, '/api/orders/7');
  const span = await spanOf(finished);
  expect(span.name).toBe('GET /api/orders/:id');
});

test('over HTTP/2 it makes the span too', async () => {
  const app = fastify({ http2: true });
  await app.register(fastifyTracing());
  app.get('/orders/:id', async () => activeSpanId());
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { default: http2 } = await import('node:http2');
  const session = http2.connect(app.listeningOrigin);
  onTestFinished(async () => {
    session.destroy();
    await app.close();
  });
  const stream = session.request({ ':path': '/orders/7' });
  let body = '';
  for await (const chunk of stream) body += String(chunk);
  const span = await spanOf(finished);
  expect(body).toBe(span.spanContext().spanId);
  expect(span.name).toBe('GET /orders/:id');
  expect(span.attributes['network.protocol.version']).toBe('2');
});
