import { type Context, context as contextApi, type TextMapSetter } from '@opentelemetry/api';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';

import { authorityText, defaultPort, parseAuthority } from '../attributes/authority.ts';
import { bindEvents, type EmitterBinding } from '../bound-emitter.ts';
import { type ClientSpan, startClientSpan } from '../client-span.ts';
import { isGrpc } from '../grpc-content.ts';
import { guardedCall } from '../guarded-call.ts';
import { resetError } from '../http2-reset.ts';
import type { HeaderValue, OutgoingRequest, ReceivedResponse } from '../http-exchange.ts';
import type { HttpSettings } from '../http-settings.ts';
import type { PatchSet } from '../patched-functions.ts';
import { listWithout, recordWithout } from './replaced-headers.ts';

/** Names and values in turn, as newer versions of Node take them too. */
type HeaderInput = OutgoingHttpHeaders | readonly string[] | undefined;

/** Where a session is connected to. */
export interface SessionOrigin {
  readonly scheme: 'http' | 'https';
  readonly authority: string;
}

/** What `http2.connect(authority, options)` connects to, as Node reads it. */
export function sessionOrigin([authority, options]: readonly unknown[]): SessionOrigin {
  const url = typeof authority === 'string' ? new URL(authority) : asRecord(authority);
  const protocol = url.protocol ?? asRecord(options).protocol ?? 'https:';
  const port = url.port ?? '';
  const scheme = protocol === 'http:' ? 'http' : 'https';
  const host = url.hostname ?? url.host ?? 'localhost';
  return { scheme, authority: authorityText(scheme, host, port === '' ? undefined : Number(port)) };
}

interface UrlLike {
  readonly protocol?: string;
  readonly hostname?: string;
  readonly host?: string;
  readonly port?: string | number;
}

function asRecord(value: unknown): UrlLike {
  return typeof value === 'object' && value !== null ? value : {};
}

/** Makes each request of a session start a span. */
export function traceSession(
  patches: PatchSet,
  settings: HttpSettings,
  session: ClientHttp2Session,
  origin: SessionOrigin,
  grpc: boolean,
): void {
  const original = session.request.bind(session);
  const request = (headers?: HeaderInput, ...rest: unknown[]): ClientHttp2Stream => {
    const send = (toSend: HeaderInput): ClientHttp2Stream =>
      Reflect.apply(original, session, [toSend, ...rest]) as ClientHttp2Stream;
    if (!patches.active) return send(headers);
    const planned = guardedCall('a client span', plan, settings, origin, headers, grpc);
    if (planned === undefined) return send(headers);
    let stream: ClientHttp2Stream;
    try {
      stream = contextApi.with(planned.client.context, send, undefined, planned.headers);
    } catch (error) {
      planned.client.fail(error);
      throw error;
    }
    planned.outgoing.raw = stream;
    planned.client.requestMade(planned.outgoing);
    bindEvents(stream, new StreamBinding(planned.client, stream, session));
    return stream;
  };
  session.request = request;
}

interface PlannedRequest {
  readonly client: ClientSpan;
  readonly outgoing: Http2OutgoingRequest;
  readonly headers: HeaderInput;
}

/** Starts the span and adds the headers; undefined without a span. */
function plan(
  settings: HttpSettings,
  origin: SessionOrigin,
  headers: HeaderInput,
  grpc: boolean,
): PlannedRequest | undefined {
  const outgoing = new Http2OutgoingRequest(origin, headers);
  if (!grpc && isGrpc({ 'content-type': outgoing.header('content-type') })) return undefined;
  const client = startClientSpan(settings, outgoing, { hasCredentials: false, urlParts: false });
  if (client === undefined) return undefined;
  const added: Record<string, string> = {};
  settings.propagator.inject(client.context, added, recordSetter);
  return { client, outgoing, headers: withAdded(headers, added) };
}

const recordSetter: TextMapSetter<Record<string, string>> = {
  set(record, name, value) {
    record[name] = value;
  },
};

function withAdded(headers: HeaderInput, added: Readonly<Record<string, string>>): HeaderInput {
  const names = new Set(Object.keys(added).map((name) => name.toLowerCase()));
  if (isList(headers)) return [...listWithout(headers, names), ...Object.entries(added).flat()];
  return { ...recordWithout(headers, names), ...added };
}

function isList(headers: HeaderInput): headers is readonly string[] {
  return Array.isArray(headers);
}

class Http2OutgoingRequest implements OutgoingRequest {
  readonly direction = 'outgoing';
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  raw: ClientHttp2Stream | undefined = undefined;
  private readonly headers: HeaderInput;

  constructor(origin: SessionOrigin, headers: HeaderInput) {
    this.headers = headers;
    const scheme = this.text(':scheme');
    this.scheme = scheme === 'https' || scheme === 'http' ? scheme : origin.scheme;
    const authority = parseAuthority(this.text(':authority') ?? origin.authority);
    this.host = authority.host;
    this.port = authority.port ?? defaultPort(this.scheme) ?? 0;
  }

  get method(): string {
    return this.text(':method') ?? 'GET';
  }

  get target(): string {
    return this.text(':path') ?? '/';
  }

  header(name: string): HeaderValue {
    const { headers } = this;
    if (headers === undefined) return undefined;
    if (!isList(headers)) return headers[name];
    for (let i = 0; i + 1 < headers.length; i += 2) if (headers[i]?.toLowerCase() === name) return headers[i + 1];
    return undefined;
  }

  private text(name: string): string | undefined {
    const value = this.header(name);
    return typeof value === 'string' ? value : undefined;
  }
}

class Http2ReceivedResponse implements ReceivedResponse {
  readonly direction = 'outgoing';
  readonly raw: ClientHttp2Stream;
  private readonly headers: IncomingHttpHeaders;

  constructor(raw: ClientHttp2Stream, headers: IncomingHttpHeaders) {
    this.raw = raw;
    this.headers = headers;
  }

  get statusCode(): number | undefined {
    const status: unknown = this.headers[':status'];
    return status === undefined ? undefined : Number(status);
  }

  header(name: string): HeaderValue {
    return this.headers[name];
  }
}

class StreamBinding implements EmitterBinding {
  readonly context: Context;
  private readonly client: ClientSpan;
  private readonly stream: ClientHttp2Stream;
  private readonly session: ClientHttp2Session;

  constructor(client: ClientSpan, stream: ClientHttp2Stream, session: ClientHttp2Session) {
    this.context = client.parentContext;
    this.client = client;
    this.stream = stream;
    this.session = session;
  }

  before(event: string | symbol, argument: unknown): void {
    const { client, stream } = this;
    switch (event) {
      case 'response': {
        // What node:http2 emits as `response`.
        const response = new Http2ReceivedResponse(stream, argument as IncomingHttpHeaders);
        const { remoteAddress, remotePort } = this.session.socket;
        client.setPeer({ address: remoteAddress, port: remotePort, protocolVersion: '2' });
        client.responseReceived(response.statusCode, response);
        return;
      }
      case 'end':
        client.end();
        return;
      case 'error':
        client.fail(argument);
        return;
      case 'close':
        // Node reports a cancelled stream, which nearly always is the caller's wish, by its code only.
        if (stream.rstCode === constants.NGHTTP2_NO_ERROR || stream.rstCode === constants.NGHTTP2_CANCEL) client.end();
        else client.fail(resetError(stream.rstCode));
        return;
      default:
    }
  }
}
