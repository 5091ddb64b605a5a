import { IncomingMessage, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';

import { guardedCall } from '../guarded-call.ts';
import type { HttpSettings } from '../http-settings.ts';
import { serveHttp1 } from '../server/http1-server.ts';
import { serveHttp2 } from '../server/http2-server.ts';
import type { ServerSpan } from '../server-span.ts';
import { activeRequestSpan, type RequestSpan, StartedSpan } from './request-span.ts';

/** The span of a request of node:http, node:https or node:http2: the active one, or else a new one. Undefined: it gets none. */
export function nodeRequestSpan(settings: HttpSettings, request: object, response: object): RequestSpan | undefined {
  const active = activeRequestSpan();
  if (active !== undefined) return active;
  const started = guardedCall('a server span', startNodeSpan, settings, request, response);
  return started === undefined ? undefined : new StartedSpan(started);
}

function startNodeSpan(settings: HttpSettings, request: object, response: object): ServerSpan | undefined {
  if (request instanceof IncomingMessage && response instanceof ServerResponse) {
    return serveHttp1(settings, request, response, isEncrypted(request.socket) ? 'https' : 'http');
  }
  // A request of node:http2, whose class is not exported in a way that tells it.
  if (!('stream' in request) || !('headers' in request)) return undefined;
  return serveHttp2(settings, request.stream as ServerHttp2Stream, request.headers as IncomingHttpHeaders);
}

function isEncrypted(socket: object): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}
