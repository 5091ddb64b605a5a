import { createRequire } from 'node:module';
import type { RequestListener } from 'node:http';

import { koaTracing } from '../../src/index.ts';
import { activeSpanId, middlewareCases, Refused } from './middleware-cases.ts';

/** What the tests use of Koa and its router, which have no types of their own here. */
interface KoaContext {
  body: string;
}
interface Application {
  silent: boolean;
  use(middleware: unknown): Application;
  callback(): RequestListener;
}
interface Router {
  get(path: string, handler: (ctx: KoaContext) => void): void;
  routes(): unknown;
}

const require = createRequire(import.meta.url);
const Koa = require('koa') as new () => Application;
const KoaRouter = (require('@koa/router') as { Router: new () => Router }).Router;

middlewareCases({
  name: 'Koa',
  route: '/orders/:id',
  listener: () => {
    const app = new Koa();
    app.silent = true;
    const router = new KoaRouter();
    router.get('/orders/:id', (ctx) => {
      ctx.body = activeSpanId();
    });
    router.get('/fail', () => {
      throw new TypeError('broken');
    });
    router.get('/refuse', () => {
      throw new Refused('refused');
    });
    router.get('/health', (ctx) => {
      ctx.body = activeSpanId();
    });
    return app
      .use(koaTracing({ ignoreIncoming: '/health' }))
      .use(router.routes())
      .callback();
  },
});
