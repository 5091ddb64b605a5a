import { defaultPort, parseAuthority } from '../attributes/authority.ts';
import type { HeaderValue, OutgoingRequest, ReceivedResponse } from '../http-exchange.ts';

/** What a `Headers` is made of. */
export type HeadersInput = Headers | Record<string, string> | [string, string][];

/** What can be sent as it is; everything else is sent as JSON. */
export type RawBody =
  | string
  | Blob
  | ArrayBuffer
  | Uint8Array<ArrayBuffer>
  | FormData
  | URLSearchParams
  | ReadableStream;

export function isRawBody(body: unknown): body is RawBody {
  return (
    typeof body === 'string' ||
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    body instanceof Uint8Array ||
    body instanceof FormData ||
    body instanceof URLSearchParams ||
    body instanceof ReadableStream
  );
}

/** A request as a traced client sends it. */
export class SentRequest implements OutgoingRequest {
  readonly direction = 'outgoing';
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly target: string;
  raw: Request | undefined = undefined;
  private readonly headers: Headers;

  constructor(method: string, url: URL, headers: Headers) {
    this.method = method;
    this.scheme = url.protocol === 'https:' ? 'https' : 'http';
    const authority = parseAuthority(url.host);
    this.host = authority.host;
    this.port = authority.port ?? defaultPort(this.scheme) ?? 0;
    this.target = `${url.pathname}${url.search}`;
    this.headers = headers;
  }

  header(name: string): HeaderValue {
    return this.headers.get(name) ?? undefined;
  }
}

export class FetchedResponse implements ReceivedResponse {
  readonly direction = 'outgoing';
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
