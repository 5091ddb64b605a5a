/*
 * What rules and hooks see of a request and its response, whichever module carries them. Everything is read from the
 * underlying object when it is asked for.
 */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { ClientHttp2Stream, ServerHttp2Stream } from 'node:http2';

export type HeaderValue = string | number | readonly string[] | undefined;

export interface IncomingRequest {
  readonly direction: 'incoming';
  /** As it was sent. */
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** The request target: path and query, or an absolute URL, or `*`. */
  readonly target: string;
  /** The `Host` header or `:authority`. */
  readonly authority: string | undefined;
  /** `1.0`, `1.1`, `2`; undefined where it is not known. */
  readonly protocolVersion: string | undefined;
  /** The other end of the connection; undefined where it is not known. */
  readonly peerAddress: string | undefined;
  readonly peerPort: number | undefined;
  readonly raw: IncomingMessage | ServerHttp2Stream | Request;
  /** By its name in lower case. */
  header(name: string): HeaderValue;
}

export interface OutgoingRequest {
  readonly direction: 'outgoing';
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** Path and query, also of what is sent to a proxy; `*`, or the host and port of CONNECT. */
  readonly target: string;
  /** undefined as long as rules and start attributes are asked: the request is made after them. */
  readonly raw: ClientRequest | ClientHttp2Stream | UndiciRequest | Request | undefined;
  /** By its name in lower case. */
  header(name: string): HeaderValue;
}

/** A server's response. */
export interface SentResponse {
  readonly direction: 'incoming';
  readonly statusCode: number | undefined;
  readonly raw: ServerResponse | ServerHttp2Stream | Response | undefined;
  header(name: string): HeaderValue;
}

/** A response to a client. */
export interface ReceivedResponse {
  readonly direction: 'outgoing';
  readonly statusCode: number | undefined;
  readonly raw: IncomingMessage | ClientHttp2Stream | UndiciResponse | Response;
  header(name: string): HeaderValue;
}

/** undici's request as its diagnostics channels give it; `headers` is text in undici 5, a flat list since. */
export interface UndiciRequest {
  readonly origin: string | URL;
  readonly method: string;
  readonly path: string;
  readonly contentLength?: number | null;
  readonly upgrade?: string | null | boolean;
  headers: string | (string | string[])[];
  addHeader?(name: string, value: string): void;
}

export interface UndiciResponse {
  readonly statusCode: number;
  /** Names and values in turn. */
  readonly headers: readonly (Uint8Array | string)[];
}
