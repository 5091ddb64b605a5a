import { context as contextApi } from '@opentelemetry/api';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { httpMetadata } from '../rpc-metadata.ts';

const HANDLER_START = 'tracing:fastify.request.handler:start';

/** Takes the route from Fastify's own channel (Fastify 5.1 and later), inside the request's context. */
export function followFastifyRoutes(): () => void {
  const onStart = (message: unknown): void => {
    const url = routeUrl(message);
    const metadata = url === undefined ? undefined : httpMetadata(contextApi.active());
    if (metadata !== undefined) metadata.route ??= url;
  };
  subscribe(HANDLER_START, onStart);
  return () => {
    unsubscribe(HANDLER_START, onStart);
  };
}

function routeUrl(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('route' in message)) return undefined;
  const { route } = message;
  if (typeof route !== 'object' || route === null || !('url' in route)) return undefined;
  return typeof route.url === 'string' && route.url !== '' ? route.url : undefined;
}
