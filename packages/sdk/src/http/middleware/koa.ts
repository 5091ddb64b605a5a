import { context as contextApi } from '@opentelemetry/api';

import type { HttpSpanOptions } from '../http-options.ts';
import { httpSettings, type HttpTracingParts } from '../http-settings.ts';
import { nodeRequestSpan } from './node-request-span.ts';

/** What is used of Koa's context. `_matchedRoute` is set by koa-router and @koa/router. */
export interface KoaContextLike {
  readonly req: object;
  readonly res: object;
  readonly _matchedRoute?: unknown;
}

export type KoaTracing = (ctx: KoaContextLike, next: () => Promise<unknown>) => Promise<void>;

/**
 * Middleware for Koa 2 and 3, to be used before everything else. Makes the server span unless instrumentation has made
 * it; names it by the router's route and records what is thrown in any case.
 */
export function koaTracing(options: HttpSpanOptions & HttpTracingParts = {}): KoaTracing {
  const settings = httpSettings(options);
  return async (ctx, next) => {
    const span = nodeRequestSpan(settings, ctx.req, ctx.res);
    try {
      if (span?.started === undefined) await next();
      else await contextApi.with(span.started.context, next);
    } catch (error) {
      span?.recordError(error);
      throw error;
    } finally {
      span?.setRoute(routeText(ctx._matchedRoute));
    }
  };
}

/** A route may be a pattern. */
function routeText(route: unknown): string | undefined {
  if (route instanceof RegExp) return route.toString();
  return typeof route === 'string' && route !== '' ? route : undefined;
}
