import { type Context, defaultTextMapGetter } from '@opentelemetry/api';
import { IncomingMessage, ServerResponse } from 'node:http';

import { bindEvents, type EmitterBinding, isBound } from '../bound-emitter.ts';
import { expressRoute } from '../express-route.ts';
import type { HttpSettings } from '../http-settings.ts';
import { type ServerSpan, startServerSpan } from '../server-span.ts';
import { Http1IncomingRequest, Http1SentResponse } from './http1-exchange.ts';

/** Starts the span of a request and binds its emitters; undefined for one that has been seen before. */
export function serveHttp1(
  settings: HttpSettings,
  request: IncomingMessage,
  response: ServerResponse,
  scheme: 'http' | 'https',
): ServerSpan | undefined {
  // A request that one server hands on to another is emitted twice, or a new one in its place with the same response.
  if (isBound(request) || isBound(response)) return undefined;
  const incoming = new Http1IncomingRequest(request, scheme);
  const server = startServerSpan(settings, incoming, request.headers, defaultTextMapGetter);
  bindEvents(request, new RequestBinding(server, request, response));
  bindEvents(response, new ResponseBinding(server, request, response));
  return server;
}

abstract class ExchangeBinding implements EmitterBinding {
  readonly context: Context;
  protected readonly server: ServerSpan;
  protected readonly request: IncomingMessage;
  protected readonly response: ServerResponse;

  constructor(server: ServerSpan, request: IncomingMessage, response: ServerResponse) {
    this.context = server.context;
    this.server = server;
    this.request = request;
    this.response = response;
  }
}

/**
 * Ends the span of a request whose response will never close, as the application has detached the socket to write to it
 * by hand. What it wrote is not known.
 */
class RequestBinding extends ExchangeBinding {
  after(event: string | symbol): void {
    if (event !== 'close' || this.response.socket !== null || !this.request.socket.destroyed) return;
    if (!this.response.writableEnded) this.server.end(undefined);
  }
}

/** Ends the span when the response closes, after the application's own listeners. */
class ResponseBinding extends ExchangeBinding {
  after(event: string | symbol): void {
    if (event === 'close') endHttp1(this.server, this.request, this.response);
  }
}

function endHttp1(server: ServerSpan, request: IncomingMessage, response: ServerResponse): void {
  if (server.isRecording) server.route ??= expressRoute(request);
  const sent = server.readsResponse ? new Http1SentResponse(response) : undefined;
  if (response.writableFinished) server.end(response.statusCode, sent);
  else server.abort(response.headersSent ? response.statusCode : undefined, response.errored ?? request.errored, sent);
}
