import { context as contextApi } from '@opentelemetry/api';

import type { HttpSpanOptions } from '../http-options.ts';
import { httpSettings, type HttpTracingParts } from '../http-settings.ts';
import { activeRequestSpan, type RequestSpan, StartedSpan } from './request-span.ts';
import { type FetchPeer, NO_PEER } from './fetch-request.ts';
import { endFetchSpan, type FetchSpanEnd, startFetchSpan } from './fetch-span.ts';

/** What is used of Hono's context. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request; readonly routePath?: string };
  readonly env: unknown;
  readonly error: Error | undefined;
  res: Response;
}

export interface HonoTracingOptions<C extends HonoContextLike = HonoContextLike> extends HttpSpanOptions {
  /** Default `response`. With `body` the response is wrapped so that its end is seen. */
  readonly endWith?: FetchSpanEnd;
  /** Default: `c.req.routePath`. A version of Hono that no longer has it offers `routePath` from `hono/route`. */
  readonly routePath?: (c: C) => string | undefined;
}

export type HonoTracing<C extends HonoContextLike = HonoContextLike> = (
  c: C,
  next: () => Promise<void>,
) => Promise<void>;

/**
 * Middleware for Hono 4, to be used for `*` before everything else. Makes the server span unless instrumentation has made
 * it (on Node.js); names it by the route and records the error in any case.
 */
export function honoTracing<C extends HonoContextLike = HonoContextLike>(
  options: HonoTracingOptions<C> & HttpTracingParts = {},
): HonoTracing<C> {
  const settings = httpSettings(options);
  const { endWith = 'response', routePath = (c: C) => c.req.routePath } = options;
  return async (c, next) => {
    const started = startFetchSpan(settings, c.req.raw, peerOf(c.env));
    const span: RequestSpan | undefined = started === undefined ? activeRequestSpan() : new StartedSpan(started);
    try {
      if (started === undefined) await next();
      else await contextApi.with(started.context, next);
    } catch (error) {
      // Only what is no Error gets here; Hono answers errors itself.
      span?.recordError(error);
      started?.end(undefined);
      throw error;
    }
    const route = routePath(c);
    // The last that ran was middleware, so there was no handler.
    if (route !== '*' && route !== '/*') span?.setRoute(route);
    if (c.error !== undefined) span?.recordError(c.error);
    if (started === undefined) return;
    const response = endFetchSpan(started, c.res, endWith);
    if (response !== c.res) c.res = response;
  };
}

/** @hono/node-server hands on the request of node:http. */
function peerOf(env: unknown): FetchPeer {
  if (typeof env !== 'object' || env === null || !('incoming' in env)) return NO_PEER;
  // What @hono/node-server documents.
  const incoming = env.incoming as
    | {
        readonly httpVersion?: string;
        readonly socket?: { readonly remoteAddress?: string; readonly remotePort?: number };
      }
    | undefined;
  return {
    address: incoming?.socket?.remoteAddress,
    port: incoming?.socket?.remotePort,
    protocolVersion: incoming?.httpVersion,
  };
}
