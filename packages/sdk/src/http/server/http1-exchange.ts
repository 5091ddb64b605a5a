import type { IncomingMessage, ServerResponse } from 'node:http';

import { headerInLines } from '../attributes/header-lines.ts';
import type { HeaderValue, IncomingRequest, SentResponse } from '../http-exchange.ts';

/** A request of node:http or node:https. */
export class Http1IncomingRequest implements IncomingRequest {
  readonly direction = 'incoming';
  readonly scheme: 'http' | 'https';
  readonly raw: IncomingMessage;

  constructor(raw: IncomingMessage, scheme: 'http' | 'https') {
    this.raw = raw;
    this.scheme = scheme;
  }

  get method(): string {
    return this.raw.method ?? 'GET';
  }

  get target(): string {
    return this.raw.url ?? '/';
  }

  get authority(): string | undefined {
    const { host } = this.raw.headers;
    return host === '' ? undefined : host;
  }

  get protocolVersion(): string | undefined {
    return this.raw.httpVersion;
  }

  get peerAddress(): string | undefined {
    return this.raw.socket.remoteAddress;
  }

  get peerPort(): number | undefined {
    return this.raw.socket.remotePort;
  }

  header(name: string): HeaderValue {
    return this.raw.headers[name];
  }
}

export class Http1SentResponse implements SentResponse {
  readonly direction = 'incoming';
  readonly raw: ServerResponse;

  constructor(raw: ServerResponse) {
    this.raw = raw;
  }

  get statusCode(): number {
    return this.raw.statusCode;
  }

  /** `writeHead` keeps what it is given only as the text that it sends, and `end` adds the length there. */
  header(name: string): HeaderValue {
    const value = this.raw.getHeader(name);
    if (value !== undefined) return value;
    const sent: object = this.raw;
    return '_header' in sent && typeof sent._header === 'string' ? headerInLines(sent._header, name) : undefined;
  }
}
