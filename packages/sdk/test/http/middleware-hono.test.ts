import { getRequestListener } from '@hono/node-server';
import { SpanStatusCode } from '@opentelemetry/api';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { expect, test } from 'vitest';

import { honoTracing } from '../../src/index.ts';
import { spanOf } from './http-fixture.ts';
import { activeSpanId, middlewareCases } from './middleware-cases.ts';

function application(): Hono {
  const app = new Hono();
  app.use('*', honoTracing({ ignoreIncoming: '/health' }));
  app.get('/orders/:id', (c) => c.text(activeSpanId()));
  app.get('/fail', () => {
    throw new TypeError('broken');
  });
  app.get('/refuse', () => {
    throw new HTTPException(400, { message: 'refused' });
  });
  app.get('/health', (c) => c.text(activeSpanId()));
  app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.text('failed', 500)));
  return app;
}

const finished = middlewareCases({
  name: 'Hono',
  route: '/orders/:id',
  listener: () => {
    const answer = getRequestListener(application().fetch);
    return (request, response) => void answer(request, response);
  },
});

test('without a server of Node.js, and with a route by the helper', async () => {
  const app = new Hono();
  app.use(honoTracing({ routePath: (c: Context) => routePath(c) }));
  app.get('/orders/:id', (c) => c.text(activeSpanId()));
  const response = await app.request('http://shop.example/orders/7?x=1#part');
  const span = await spanOf(finished);
  expect(await response.text()).toBe(span.spanContext().spanId);
  expect(span.name).toBe('GET /orders/:id');
  expect(span.attributes).toEqual({
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'http.route': '/orders/:id',
    'url.scheme': 'http',
    'url.path': '/orders/7',
    'url.query': 'x=1',
    'server.address': 'shop.example',
    'server.port': 80,
  });
});

test('ends with the body when asked to', async () => {
  const app = new Hono();
  app.use(honoTracing({ endWith: 'body' }));
  app.get('/', (c) => c.text('streamed'));
  const response = await app.request('http://shop.example/');
  expect(finished()).toHaveLength(0);
  expect(await response.text()).toBe('streamed');
  expect((await spanOf(finished)).status.code).toBe(SpanStatusCode.UNSET);
});

test('what is thrown and is no Error goes on', async () => {
  const app = new Hono();
  app.use(honoTracing());
  app.get('/', () => {
    // eslint-disable-next-line typescript/only-throw-error
    throw 'text';
  });
  await expect(Promise.resolve(app.request('/')).then(String)).rejects.toBe('text');
  expect((await spanOf(finished)).status).toEqual({ code: SpanStatusCode.ERROR, message: 'text' });
});
