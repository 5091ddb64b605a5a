import { context as contextApi } from '@opentelemetry/api';

import { expressRoute } from '../express-route.ts';
import type { HttpSpanOptions } from '../http-options.ts';
import { httpSettings, type HttpTracingParts } from '../http-settings.ts';
import { nodeRequestSpan } from './node-request-span.ts';
import { activeRequestSpan } from './request-span.ts';

type Next = (error?: unknown) => void;

/** What is used of a response. */
interface Closing {
  prependListener(event: 'close', listener: () => void): unknown;
}

export interface ExpressTracing {
  /** The middleware itself, to be used before everything else. */
  (request: object, response: Closing, next: Next): void;
  /** Error-handling middleware that records what it is given and passes it on, to be used after the routes. */
  readonly errors: (error: unknown, request: object, response: object, next: Next) => void;
}

/**
 * Middleware for Express 4 and 5, and for routers with its signature. Makes the server span unless instrumentation has
 * made it; names it by the route in any case. A request that suppressed or ignored tracing has none.
 */
export function expressTracing(options: HttpSpanOptions & HttpTracingParts = {}): ExpressTracing {
  const settings = httpSettings(options);
  const trace = (request: object, response: Closing, next: Next): void => {
    const span = nodeRequestSpan(settings, request, response);
    if (span === undefined) {
      next();
      return;
    }
    // Routes are known at the end only, and the official instrumentation reads it when the response closes.
    response.prependListener('close', () => span.setRoute(expressRoute(request)));
    if (span.started === undefined) next();
    else contextApi.with(span.started.context, next);
  };
  return Object.assign(trace, {
    errors: (error: unknown, _request: object, _response: object, next: Next): void => {
      activeRequestSpan()?.recordError(error);
      next(error);
    },
  });
}
