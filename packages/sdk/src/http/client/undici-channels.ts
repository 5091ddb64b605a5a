import { diag, type TextMapSetter } from '@opentelemetry/api';
import { channel, type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel';

import { defaultPort, parseAuthority } from '../attributes/authority.ts';
import { headerInLines } from '../attributes/header-lines.ts';
import { proxiedTarget } from '../attributes/request-target.ts';
import { type ClientSpan, startClientSpan } from '../client-span.ts';
import type {
  HeaderValue,
  OutgoingRequest,
  ReceivedResponse,
  UndiciRequest,
  UndiciResponse,
} from '../http-exchange.ts';
import type { HttpSettings } from '../http-settings.ts';
import { tellWrapped } from '../patched-functions.ts';
import { linesWithout, removeFromList } from './replaced-headers.ts';

const SPAN = Symbol('throughline client span');
type TracedRequest = UndiciRequest & { [SPAN]?: ClientSpan };

const CREATE = 'undici:request:create';

/**
 * Follows the requests of fetch and undici by the channels that undici publishes on, the one inside Node and those that
 * the application installs. A span ends with the body; a body that is never read leaves it open.
 */
export function followUndici(settings: HttpSettings): () => void {
  const listeners: [string, ChannelListener][] = [
    [CREATE, guarded((message) => requestCreated(settings, asMessage(message).request))],
    ['undici:client:sendHeaders', guarded((message) => headersSent(asMessage(message)))],
    ['undici:request:headers', guarded((message) => responseStarted(asMessage(message)))],
    ['undici:request:trailers', guarded((message) => asMessage(message).request[SPAN]?.end())],
    ['undici:request:error', guarded((message) => asMessage(message).request[SPAN]?.fail(asMessage(message).error))],
  ];
  for (const [name, listener] of listeners) subscribe(name, listener);
  return () => {
    for (const [name, listener] of listeners) unsubscribe(name, listener);
  };
}

interface ChannelMessage {
  readonly request: TracedRequest;
  readonly response?: UndiciResponse;
  readonly socket?: { readonly remoteAddress?: string; readonly remotePort?: number; readonly alpnProtocol?: unknown };
  readonly error?: unknown;
}

/** What undici publishes; each channel has its part of it. */
function asMessage(message: unknown): ChannelMessage {
  return message as ChannelMessage;
}

function guarded(listen: (message: unknown) => void): ChannelListener {
  return (message) => {
    try {
      listen(message);
    } catch (error) {
      diag.error('HTTP tracing: a request of undici could not be recorded', error);
    }
  };
}

function requestCreated(settings: HttpSettings, request: TracedRequest): void {
  // A tunnel to a proxy carries the request that is meant. Of an upgrade (WebSocket) undici never says how it ended.
  if (request.method === 'CONNECT' || request.upgrade) return;
  if (isFollowedByOfficial()) {
    tellWrapped('fetch');
    return;
  }
  const outgoing = new UndiciOutgoingRequest(request);
  const client = startClientSpan(settings, outgoing, { hasCredentials: outgoing.hasCredentials, urlParts: true });
  if (client === undefined) return;
  request[SPAN] = client;
  outgoing.raw = request;
  client.requestMade(outgoing);
  settings.propagator.inject(client.context, request, headerSetter);
}

const headerSetter: TextMapSetter<UndiciRequest> = {
  set(request, name, value) {
    if (typeof request.headers === 'string') request.headers = linesWithout(request.headers, name.toLowerCase());
    else removeFromList(request.headers, name.toLowerCase());
    if (typeof request.addHeader === 'function') request.addHeader(name, value);
    else if (typeof request.headers === 'string') request.headers += `${name}: ${value}\r\n`;
    else request.headers.push(name, value);
  },
};

function headersSent({ request, socket }: ChannelMessage): void {
  if (socket === undefined) return;
  request[SPAN]?.setPeer({
    address: socket.remoteAddress,
    port: socket.remotePort,
    // undici speaks either 1.1 or, when it was negotiated, 2.
    protocolVersion: socket.alpnProtocol === 'h2' ? '2' : '1.1',
  });
}

function responseStarted({ request, response }: ChannelMessage): void {
  if (response !== undefined) {
    request[SPAN]?.responseReceived(response.statusCode, new UndiciReceivedResponse(response));
  }
}

let knownSubscribers: unknown;
let knownCount = 0;
let official = false;

/**
 * Whether @opentelemetry/instrumentation-undici listens too. It leaves no other mark than its listener, whose name is
 * looked up again when the channel's listeners change; where Node hides them, it is not seen.
 */
function isFollowedByOfficial(): boolean {
  const create: object = channel(CREATE);
  const subscribers: unknown = '_subscribers' in create ? create._subscribers : undefined;
  if (!Array.isArray(subscribers)) return false;
  if (subscribers === knownSubscribers && subscribers.length === knownCount) return official;
  knownSubscribers = subscribers;
  knownCount = subscribers.length;
  official = subscribers.some((listener) => typeof listener === 'function' && listener.name === OFFICIAL_LISTENER);
  return official;
}

const OFFICIAL_LISTENER = 'bound onRequestCreated';

class UndiciOutgoingRequest implements OutgoingRequest {
  readonly direction = 'outgoing';
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly target: string;
  readonly hasCredentials: boolean;
  raw: UndiciRequest | undefined = undefined;
  private readonly request: UndiciRequest;

  constructor(request: UndiciRequest) {
    this.request = request;
    // A proxy gets the whole URL as the path.
    const proxied = proxiedTarget(request.method, request.path);
    this.target = proxied?.target ?? request.path;
    const origin = String(request.origin);
    this.scheme = proxied?.scheme ?? (origin.startsWith('https:') ? 'https' : 'http');
    const start = origin.indexOf('://');
    const end = start < 0 ? -1 : origin.indexOf('/', start + 3);
    const authorityText = origin.slice(start < 0 ? 0 : start + 3, end < 0 ? undefined : end);
    const at = authorityText.lastIndexOf('@');
    this.hasCredentials = proxied?.hasCredentials ?? at >= 0;
    const authority = parseAuthority(proxied?.authority ?? (at < 0 ? authorityText : authorityText.slice(at + 1)));
    this.host = authority.host;
    this.port = authority.port ?? defaultPort(this.scheme) ?? 0;
  }

  get method(): string {
    return this.request.method;
  }

  header(name: string): HeaderValue {
    const { headers } = this.request;
    // undici 5 has text.
    if (typeof headers === 'string') return headerInLines(headers, name);
    for (let i = 0; i + 1 < headers.length; i += 2) {
      if (String(headers[i]).toLowerCase() === name) return headers[i + 1];
    }
    return undefined;
  }
}

class UndiciReceivedResponse implements ReceivedResponse {
  readonly direction = 'outgoing';
  readonly raw: UndiciResponse;

  constructor(raw: UndiciResponse) {
    this.raw = raw;
  }

  get statusCode(): number {
    return this.raw.statusCode;
  }

  header(name: string): HeaderValue {
    const { headers } = this.raw;
    const values: string[] = [];
    for (let i = 0; i + 1 < headers.length; i += 2) {
      if (textOf(headers[i]).toLowerCase() === name) values.push(textOf(headers[i + 1]));
    }
    return values.length > 1 ? values : values[0];
  }
}

function textOf(value: Uint8Array | string | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : (value ?? '');
}
