import { context as contextApi } from '@opentelemetry/api';

import { guardedCall } from '../guarded-call.ts';
import type { HttpSpanOptions } from '../http-options.ts';
import { httpSettings, type HttpTracingParts } from '../http-settings.ts';
import { endFetchSpan, type FetchSpanEnd, startFetchSpan } from './fetch-span.ts';
import { type FetchPeer, NO_PEER } from './fetch-request.ts';
import { activeRequestSpan, StartedSpan } from './request-span.ts';

export interface FetchHandlerOptions extends HttpSpanOptions {
  /** The route by which a request was served, for `http.route` and the name. Asked when the handler has answered. */
  readonly route?: (request: Request, response: Response | undefined) => string | undefined;
  /** Default `response`. With `body` the response is wrapped so that its end is seen. */
  readonly endWith?: FetchSpanEnd;
}

/**
 * A handler from Request to Response with a server span: for Bun, Deno, Workers, and frameworks whose handlers have this
 * form. Where instrumentation has made the server span, it is only named and gets the error. What the handler throws is
 * recorded and thrown on.
 */
export function traceFetchHandler<Rest extends unknown[]>(
  handler: (request: Request, ...rest: Rest) => Response | Promise<Response>,
  options: FetchHandlerOptions & HttpTracingParts = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  const settings = httpSettings(options);
  const { endWith = 'response' } = options;
  const route = (request: Request, response: Response | undefined): string | undefined =>
    options.route === undefined ? undefined : guardedCall('route', options.route, request, response);
  return async (request, ...rest) => {
    const started = startFetchSpan(settings, request, peerOf(request, rest));
    const span = started === undefined ? activeRequestSpan() : new StartedSpan(started);
    try {
      const response = await (started === undefined
        ? handler(request, ...rest)
        : contextApi.with(started.context, handler, undefined, request, ...rest));
      span?.setRoute(route(request, response));
      return started === undefined ? response : endFetchSpan(started, response, endWith);
    } catch (error) {
      span?.setRoute(route(request, undefined));
      span?.recordError(error);
      started?.end(undefined);
      throw error;
    }
  };
}

/** Deno hands the address to the handler, Bun's server is asked for it. */
function peerOf(request: Request, [second]: readonly unknown[]): FetchPeer {
  if (typeof second !== 'object' || second === null) return NO_PEER;
  if ('remoteAddr' in second && typeof second.remoteAddr === 'object' && second.remoteAddr !== null) {
    const { hostname, port } = second.remoteAddr as { readonly hostname?: string; readonly port?: number };
    return { address: hostname, port };
  }
  if ('requestIP' in second && typeof second.requestIP === 'function') {
    const found: unknown = second.requestIP(request);
    if (typeof found === 'object' && found !== null) return found;
  }
  return NO_PEER;
}
