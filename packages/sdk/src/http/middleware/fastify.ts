import { context as contextApi } from '@opentelemetry/api';

import type { HttpSpanOptions } from '../http-options.ts';
import { httpSettings, type HttpTracingParts } from '../http-settings.ts';
import { nodeRequestSpan } from './node-request-span.ts';
import { activeRequestSpan } from './request-span.ts';

/** What is used of Fastify's request and reply. */
interface FastifyRequestLike {
  readonly raw: object;
  readonly is404?: boolean;
  readonly routeOptions?: { readonly url?: string | undefined };
}
interface FastifyReplyLike {
  readonly raw: object;
}

/** What is used of a Fastify instance. */
export interface FastifyLike {
  addHook(name: 'onRequest' | 'onError', hook: (...args: never[]) => void): unknown;
}

/** A plugin: `app.register(fastifyTracing(options))`, before the routes. */
export type FastifyTracingPlugin = (instance: FastifyLike, options: unknown, done: () => void) => void;

/**
 * Plugin for Fastify 4 and 5. Makes the server span unless instrumentation has made it; names it by the route and records
 * the errors that handlers and hooks throw in any case. It applies to the instance that it is registered with.
 */
export function fastifyTracing(options: HttpSpanOptions & HttpTracingParts = {}): FastifyTracingPlugin {
  const settings = httpSettings(options);
  const plugin: FastifyTracingPlugin = (instance, _options, done) => {
    instance.addHook('onRequest', (request: FastifyRequestLike, reply: FastifyReplyLike, next: () => void) => {
      const span = nodeRequestSpan(settings, request.raw, reply.raw);
      if (request.is404 !== true) span?.setRoute(request.routeOptions?.url);
      if (span?.started === undefined) next();
      else contextApi.with(span.started.context, next);
    });
    instance.addHook('onError', (_request: object, _reply: object, error: unknown, next: () => void) => {
      activeRequestSpan()?.recordError(error);
      next();
    });
    done();
  };
  // Fastify's marks for a plugin that stays in the scope of whoever registers it, and for its name.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'throughline-tracing',
  });
}
