import { type Context, context as contextApi, type TextMapSetter } from '@opentelemetry/api';
import { type ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { bindEvents, type EmitterBinding, isBound } from '../bound-emitter.ts';
import { type ClientSpan, startClientSpan } from '../client-span.ts';
import { guardedCall } from '../guarded-call.ts';
import type { HeaderValue, ReceivedResponse } from '../http-exchange.ts';
import type { HttpSettings } from '../http-settings.ts';
import { Http1OutgoingRequest, requestArguments, withHeaders } from './http1-arguments.ts';

/** `http.request` and its likes. */
export type RequestFunction = (...args: unknown[]) => ClientRequest;

const headerSetter: TextMapSetter<ClientRequest> = {
  set(request, name, value) {
    request.setHeader(name, value);
  },
};

const recordSetter: TextMapSetter<Record<string, string>> = {
  set(record, name, value) {
    record[name] = value;
  },
};

/** Sends a request with a span, or as `send` does it where none is to be made. */
export function requestHttp1(
  settings: HttpSettings,
  send: RequestFunction,
  args: unknown[],
  scheme: 'http' | 'https',
): ClientRequest {
  const planned = guardedCall('a client span', plan, settings, args, scheme);
  if (planned === undefined) return send(...args);
  const { client, outgoing, headersAdded } = planned;
  let request: ClientRequest;
  try {
    request = contextApi.with(client.context, send, undefined, ...planned.args);
  } catch (error) {
    client.fail(error);
    throw error;
  }
  // Nothing is sent and no event comes before the next tick.
  if (!headersAdded) guardedCall('propagation', inject, settings, client, request);
  outgoing.raw = request;
  guardedCall('a client span', follow, client, outgoing, request);
  return request;
}

function follow(client: ClientSpan, outgoing: Http1OutgoingRequest, request: ClientRequest): void {
  client.requestMade(outgoing);
  bindEvents(request, new RequestBinding(client, request));
}

interface PlannedRequest {
  readonly client: ClientSpan;
  readonly outgoing: Http1OutgoingRequest;
  readonly args: unknown[];
  readonly headersAdded: boolean;
}

/** Starts the span and settles what the request is made of; undefined without a span. */
function plan(settings: HttpSettings, args: unknown[], scheme: 'http' | 'https'): PlannedRequest | undefined {
  const parsed = requestArguments(args);
  if (parsed === undefined) return undefined;
  const outgoing = new Http1OutgoingRequest(parsed.url, parsed.options, scheme);
  const client = startClientSpan(settings, outgoing, { hasCredentials: outgoing.hasCredentials, urlParts: false });
  if (client === undefined) return undefined;
  const { url, callback } = parsed;
  if (outgoing.writesHeadersAtOnce) {
    const headers: Record<string, string> = {};
    settings.propagator.inject(client.context, headers, recordSetter);
    const options = withHeaders(parsed.options, headers);
    const all = [...(url === undefined ? [] : [url]), options, ...(callback === undefined ? [] : [callback])];
    return { client, outgoing, args: all, headersAdded: true };
  }
  // Text is parsed once only.
  return { client, outgoing, args: url === undefined ? args : args.with(0, url), headersAdded: false };
}

function inject(settings: HttpSettings, client: ClientSpan, request: ClientRequest): void {
  settings.propagator.inject(client.context, request, headerSetter);
}

/** Follows a request. Its listeners run in the caller's context: the connection was made in the span's. */
class RequestBinding implements EmitterBinding {
  readonly context: Context;
  private readonly client: ClientSpan;
  private readonly request: ClientRequest;
  private hasResponse = false;
  private timedOut = false;

  constructor(client: ClientSpan, request: ClientRequest) {
    this.context = client.parentContext;
    this.client = client;
    this.request = request;
  }

  before(event: string | symbol, argument: unknown): void {
    switch (event) {
      case 'response':
        if (argument instanceof IncomingMessage) this.follow(argument);
        return;
      case 'upgrade':
      case 'connect':
        // What follows on the connection is no HTTP.
        if (argument instanceof IncomingMessage) received(this.client, argument);
        this.client.end();
        return;
      case 'timeout':
        this.timedOut = true;
        return;
      case 'error':
        this.fail(argument);
        return;
      case 'close':
        this.client.end();
        return;
      default:
    }
  }

  /**
   * A caller that leaves the body looks like the other side breaking off, unless it does so for an error of its own. One
   * that destroys a request before its response may be a library that keeps time itself.
   */
  fail(error: unknown): void {
    const isLeft = this.hasResponse && !this.timedOut && isReset(error) && !isClosedByPeer(this.request.socket);
    if (isLeft) this.client.end();
    else this.client.fail(error);
  }

  /** Once: an application may emit `response` again for other listeners. */
  private follow(response: IncomingMessage): void {
    if (isBound(response)) return;
    this.hasResponse = true;
    received(this.client, response);
    bindEvents(response, new ResponseBinding(this.client, this, response));
  }
}

/** Ends the span with the response's body. A body that nobody reads ends it when the connection closes. */
class ResponseBinding implements EmitterBinding {
  readonly context: Context;
  private readonly client: ClientSpan;
  private readonly request: RequestBinding;
  private readonly response: IncomingMessage;

  constructor(client: ClientSpan, request: RequestBinding, response: IncomingMessage) {
    this.context = client.parentContext;
    this.client = client;
    this.request = request;
    this.response = response;
  }

  before(event: string | symbol, argument: unknown): void {
    if (event === 'end') this.client.end();
    else if (event === 'error') this.request.fail(argument);
    else if (event === 'aborted') this.request.fail(this.response.errored ?? connectionReset());
  }
}

/** As Node words it for a response that breaks off. */
function connectionReset(): Error {
  return Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

/** Node's own word for a connection that is gone; that of the system names its call. */
function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && !('syscall' in error);
}

/** Without a socket there is no peer yet. */
function isClosedByPeer(socket: Socket | null): boolean {
  return socket !== null && (socket.errored !== null || socket.readableEnded);
}

function received(client: ClientSpan, response: IncomingMessage): void {
  if (!client.isRecording) return;
  const { remoteAddress, remotePort } = response.socket;
  client.setPeer({ address: remoteAddress, port: remotePort, protocolVersion: response.httpVersion });
  client.responseReceived(response.statusCode, new Http1ReceivedResponse(response));
}

class Http1ReceivedResponse implements ReceivedResponse {
  readonly direction = 'outgoing';
  readonly raw: IncomingMessage;

  constructor(raw: IncomingMessage) {
    this.raw = raw;
  }

  get statusCode(): number | undefined {
    return this.raw.statusCode;
  }

  header(name: string): HeaderValue {
    return this.raw.headers[name];
  }
}
