import type { TextMapGetter } from '@opentelemetry/api';

import type { HeaderValue, IncomingRequest, SentResponse } from '../http-exchange.ts';

/** The other end of the connection, as far as the server tells it. */
export interface FetchPeer {
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  readonly protocolVersion?: string | undefined;
}

export const NO_PEER: FetchPeer = {};

export const headersGetter: TextMapGetter<Headers> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  keys: (headers) => [...headers.keys()],
};

/** A request of the Fetch standard, which servers outside node:http hand to their handlers. */
export class FetchIncomingRequest implements IncomingRequest {
  readonly direction = 'incoming';
  readonly raw: Request;
  readonly scheme: 'http' | 'https';
  readonly target: string;
  readonly authority: string;
  private readonly peer: FetchPeer;

  constructor(raw: Request, peer: FetchPeer) {
    this.raw = raw;
    this.peer = peer;
    // Always absolute: `https://shop.example/orders?id=1`.
    const { url } = raw;
    const start = url.indexOf('//') + 2;
    const slash = url.indexOf('/', start);
    const hash = url.indexOf('#', start);
    this.scheme = url.startsWith('https') ? 'https' : 'http';
    this.authority = url.slice(start, slash < 0 ? undefined : slash);
    this.target = slash < 0 ? '/' : url.slice(slash, hash < 0 ? undefined : hash);
  }

  get method(): string {
    return this.raw.method;
  }

  get protocolVersion(): string | undefined {
    return this.peer.protocolVersion;
  }

  get peerAddress(): string | undefined {
    return this.peer.address;
  }

  get peerPort(): number | undefined {
    return this.peer.port;
  }

  header(name: string): HeaderValue {
    return this.raw.headers.get(name) ?? undefined;
  }
}

export class FetchSentResponse implements SentResponse {
  readonly direction = 'incoming';
  readonly raw: Response;

  constructor(raw: Response) {
    this.raw = raw;
  }

  get statusCode(): number {
    return this.raw.status;
  }

  header(name: string): HeaderValue {
    return this.raw.headers.get(name) ?? undefined;
  }
}
