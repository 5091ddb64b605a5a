import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

import { expressTracing } from '../../src/index.ts';
import { get, instrumented, serve, spanOf, spansOf } from './http-fixture.ts';
import { activeSpanId, middlewareCases, Refused } from './middleware-cases.ts';

type Handler = (request: unknown, response: { send(body: string): void }, next: (error?: unknown) => void) => void;

/** What the tests use of Express, which has no types of its own. */
interface Application {
  (...args: unknown[]): void;
  use(...handlers: unknown[]): void;
  get(path: string | RegExp, handler: Handler): void;
}
interface Express {
  (): Application;
  Router(options?: { mergeParams?: boolean }): Application;
}

const require = createRequire(import.meta.url);
const express = require('express') as Express;

function application(): Application {
  const tracing = expressTracing({ ignoreIncoming: '/health' });
  const app = express();
  app.use(tracing);
  app.get('/orders/:id', (_request, response) => response.send(activeSpanId()));
  app.get('/fail', () => {
    throw new TypeError('broken');
  });
  app.get('/refuse', (_request, _response, next) => next(new Refused('refused')));
  app.get('/health', (_request, response) => response.send(activeSpanId()));
  app.use(tracing.errors);
  // Express's own error handling, without its log.
  app.use(
    (
      error: Error & { status?: number },
      _request: unknown,
      response: { status(code: number): { send(body: string): void } },
      _next: unknown,
    ) => response.status(error.status ?? 500).send('failed'),
  );
  return app;
}

const finished = middlewareCases({ name: 'Express', route: '/orders/:id', listener: application });

test('mounted routers, also when a route in them fails', async () => {
  instrumented({ outgoing: false });
  const app = express();
  const orders = express.Router();
  const lines = express.Router({ mergeParams: true });
  lines.get('/lines/:line', (_request, response) => response.send('ok'));
  orders.get('/', (_request, response) => response.send('ok'));
  orders.get('/:id', (_request, _response, next) => next(new Error('broken')));
  orders.use('/:id', lines);
  app.use('/api/v1/orders', orders);
  app.use(
    (
      _error: unknown,
      _request: unknown,
      response: { status(code: number): { send(body: string): void } },
      _next: unknown,
    ) => response.status(500).send('failed'),
  );
  const { port } = await serve(app);
  await get(port, '/api/v1/orders');
  await get(port, '/api/v1/orders/7');
  await get(port, '/api/v1/orders/7/lines/2');
  const spans = await spansOf(finished, 3);
  expect(spans.map((span) => span.name)).toEqual([
    'GET /api/v1/orders',
    'GET /api/v1/orders/:id',
    'GET /api/v1/orders/:id/lines/:line',
  ]);
});

test('parameters of mount paths are written by their names, also of applications in applications', async () => {
  instrumented({ outgoing: false });
  const app = express();
  const orders = express.Router();
  orders.get('/orders/:id', (_request, response) => response.send('ok'));
  const tenants = express.Router();
  tenants.use('/t/:tenant', orders);
  const admin = express();
  admin.use('/users/:user', orders);
  app.use('/users/:name', orders);
  app.use('/api', tenants);
  app.use(['/a/:a', '/b/:b'], orders);
  app.use(/^\/any\/\w+/, orders);
  app.use('/admin/:area', admin);
  const { port } = await serve(app);
  const paths = ['/users/bob', '/USERS/users', '/api/t/acme', '/b/x', '/any/thing', '/admin/north/users/jane'];
  for (const path of paths) await get(port, `${path}/orders/7`);
  const spans = await spansOf(finished, paths.length);
  expect(spans.map((span) => span.attributes['http.route'])).toEqual([
    '/users/:name/orders/:id',
    '/users/:name/orders/:id',
    '/api/t/:tenant/orders/:id',
    '/b/:b/orders/:id',
    // A regular expression may match anything.
    '/*/orders/:id',
    '/admin/:area/users/:user/orders/:id',
  ]);
});

test('a router is found where it is mounted later, and by its prefix where a handler calls it', async () => {
  instrumented({ outgoing: false });
  const app = express();
  const late = express.Router();
  late.get('/late', (_request, response) => response.send('ok'));
  const lazy = express.Router();
  lazy.get('/x/:id', (_request, response) => response.send('ok'));
  const outer = express.Router();
  outer.use((...args: unknown[]) => lazy(...args));
  app.use('/first', late);
  app.use('/lazy', (...args: unknown[]) => lazy(...args));
  app.use('/t/:tenant', async (...args: unknown[]) => lazy(...args));
  app.use('/outer', outer);
  app.use('/dyn', (...args: unknown[]) => {
    const router = express.Router();
    router.get('/y/:id', (_request, response) => response.send('ok'));
    router(...args);
  });
  const { port } = await serve(app);
  await get(port, '/first/late');
  app.use('/second', late);
  for (const path of ['/second/late', '/first/late', '/lazy/x/1', '/t/acme/x/1', '/outer/x/1', '/dyn/y/1'])
    await get(port, path);
  const spans = await spansOf(finished, 7);
  expect(spans.map((span) => span.attributes['http.route'])).toEqual([
    '/first/late',
    '/second/late',
    '/first/late',
    '/lazy/x/:id',
    '/t/:tenant/x/:id',
    '/outer/x/:id',
    '/dyn/y/:id',
  ]);
});

test('the route is found without the middleware', async () => {
  instrumented({ outgoing: false });
  const app = express();
  app.get('/plain/:id', (_request, response) => response.send('ok'));
  const { port } = await serve(app);
  await get(port, '/plain/1');
  expect((await spanOf(finished)).name).toBe('GET /plain/:id');
});
