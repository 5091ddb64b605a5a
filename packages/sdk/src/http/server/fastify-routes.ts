import { context as contextApi } from '@opentelemetry/api';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { guardedCall } from '../guarded-call.ts';
import { httpMetadata } from '../rpc-metadata.ts';

/** What is used of Fastify's request. */
export interface FastifyRequestLike {
  readonly is404?: boolean;
  readonly routeOptions?: { readonly url?: string | undefined };
}

/** What the channel tells of a new application. */
interface Initialization {
  readonly fastify: {
    addHook(name: 'onRequest', hook: (request: FastifyRequestLike, reply: object, done: () => void) => void): unknown;
  };
}

const INITIALIZATION = 'fastify.initialization';

/**
 * Gives the applications of Fastify that are made from now on a hook that takes the route, inside the request's context.
 * It comes before everything that may refuse a request: the application's own hooks and the validation.
 */
export function followFastifyRoutes(): () => void {
  let active = true;
  const takeRoute = (request: FastifyRequestLike): void => {
    const metadata = httpMetadata(contextApi.active());
    if (metadata !== undefined) metadata.route ??= fastifyRoute(request);
  };
  const onInitialization = (message: unknown): void => {
    guardedCall("Fastify's hook", () => {
      // What Fastify publishes. It is thenable, and must not be answered here.
      (message as Initialization).fastify.addHook('onRequest', (request, _reply, done) => {
        if (active) guardedCall("Fastify's route", takeRoute, request);
        done();
      });
    });
  };
  subscribe(INITIALIZATION, onInitialization);
  return () => {
    active = false;
    unsubscribe(INITIALIZATION, onInitialization);
  };
}

export function fastifyRoute(request: FastifyRequestLike): string | undefined {
  const url = request.is404 === true ? undefined : request.routeOptions?.url;
  return url === '' ? undefined : url;
}
