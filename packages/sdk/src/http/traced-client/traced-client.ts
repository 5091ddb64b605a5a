import { context as contextApi, type TextMapSetter } from '@opentelemetry/api';

import { SUPPRESS_TRACING_KEY } from '../../context/tracing-context.ts';
import { type ClientSpan, startClientSpan } from '../client-span.ts';
import { guardedCall } from '../guarded-call.ts';
import type { HttpSpanOptions } from '../http-options.ts';
import { httpSettings, type HttpSettings, type HttpTracingParts } from '../http-settings.ts';
import { boundedText, HttpResponseError } from './http-response-error.ts';
import { requestLimit, type RequestLimit } from './request-limit.ts';
import { type QueryValues, requestUrl } from './request-url.ts';
import { FetchedResponse, type HeadersInput, isRawBody, type RawBody, SentRequest } from './sent-request.ts';

export interface TracedClientOptions extends HttpSpanOptions {
  /** What paths are appended to. Without it every path is a whole URL. */
  readonly baseUrl?: string | URL;
  /** Sent with every request; those of a request win. */
  readonly headers?: HeadersInput;
  /** From sending a request until its body was read. Default 30,000; 0 is no limit. */
  readonly timeoutMs?: number;
  /** Default: the global one. What it does is not traced by itself. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface TracedRequestOptions {
  readonly query?: QueryValues;
  readonly headers?: HeadersInput;
  /** Instead of the client's. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** `url.template`, which also names the span: `/orders/{id}`. */
  readonly template?: string;
}

export interface TracedResponse<T> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or text of another type, or undefined for an empty body. */
  readonly body: T;
}

/**
 * Methods resolve with the parsed body: JSON, or text of another type, or undefined for an empty body; that it is a `T`
 * is the caller's word. Bodies to send are JSON unless they are text, bytes, a form or a stream.
 *
 * They reject with `HttpResponseError` for a status that is not 2xx, `TimeoutError` after the time-out, `AbortError` when
 * the signal cancels, `SyntaxError` for JSON that is none, and with what `fetch` rejects with for the rest.
 */
export interface TracedClient {
  get<T = unknown>(path: string, options?: TracedRequestOptions): Promise<T>;
  delete<T = unknown>(path: string, options?: TracedRequestOptions): Promise<T>;
  post<T = unknown>(path: string, body?: unknown, options?: TracedRequestOptions): Promise<T>;
  put<T = unknown>(path: string, body?: unknown, options?: TracedRequestOptions): Promise<T>;
  patch<T = unknown>(path: string, body?: unknown, options?: TracedRequestOptions): Promise<T>;
  /** Any method, with status and headers in the result. */
  request<T = unknown>(
    method: string,
    path: string,
    options?: TracedRequestOptions & { readonly body?: unknown },
  ): Promise<TracedResponse<T>>;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** A client for a service that speaks JSON, over `fetch`, with a client span and propagation for each request. */
export function createTracedClient(options: TracedClientOptions & HttpTracingParts = {}): TracedClient {
  const settings = httpSettings(options);
  const base = options.baseUrl === undefined ? undefined : new URL(options.baseUrl);
  const request: TracedClient['request'] = async <T>(
    method: string,
    path: string,
    requestOptions: TracedRequestOptions & { readonly body?: unknown } = {},
  ): Promise<TracedResponse<T>> => {
    const prepared = prepare(
      method.toUpperCase(),
      requestUrl(base, path, requestOptions.query),
      options,
      requestOptions,
    );
    try {
      // The caller says what it is.
      return (await sendTraced(settings, prepared)) as TracedResponse<T>;
    } finally {
      prepared.limit.release();
    }
  };
  return {
    request,
    get: async <T>(path: string, given?: TracedRequestOptions) => (await request<T>('GET', path, given)).body,
    delete: async <T>(path: string, given?: TracedRequestOptions) => (await request<T>('DELETE', path, given)).body,
    post: async <T>(path: string, body?: unknown, given?: TracedRequestOptions) =>
      (await request<T>('POST', path, { ...given, body })).body,
    put: async <T>(path: string, body?: unknown, given?: TracedRequestOptions) =>
      (await request<T>('PUT', path, { ...given, body })).body,
    patch: async <T>(path: string, body?: unknown, given?: TracedRequestOptions) =>
      (await request<T>('PATCH', path, { ...given, body })).body,
  };
}

interface PreparedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: RawBody | undefined;
  readonly limit: RequestLimit;
  readonly template: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

function prepare(
  method: string,
  url: URL,
  client: TracedClientOptions,
  given: TracedRequestOptions & { readonly body?: unknown },
): PreparedRequest {
  const headers = new Headers(client.headers);
  new Headers(given.headers).forEach((value, name) => headers.set(name, value));
  if (!headers.has('accept')) headers.set('accept', 'application/json');
  let body: RawBody | undefined;
  if (given.body !== undefined) {
    if (isRawBody(given.body)) body = given.body;
    else {
      body = JSON.stringify(given.body);
      if (!headers.has('content-type')) headers.set('content-type', 'application/json');
    }
  }
  return {
    method,
    url,
    headers,
    body,
    limit: requestLimit(given.signal, given.timeoutMs ?? client.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    template: given.template,
    fetch: client.fetch ?? globalThis.fetch,
  };
}

const headersSetter: TextMapSetter<Headers> = {
  set(headers, name, value) {
    headers.set(name, value);
  },
};

async function sendTraced(settings: HttpSettings, prepared: PreparedRequest): Promise<TracedResponse<unknown>> {
  const client = guardedCall('a client span', start, settings, prepared);
  if (client === undefined) return send(prepared, () => {});
  // An instrumented fetch must not make a second span.
  const quiet = client.context.setValue(SUPPRESS_TRACING_KEY, true);
  try {
    const response = await contextApi.with(quiet, send, undefined, prepared, (answer: Response) =>
      client.responseReceived(answer.status, new FetchedResponse(answer)),
    );
    client.end();
    return response;
  } catch (error) {
    if (error instanceof HttpResponseError) client.end();
    else client.fail(reasonOf(error));
    throw error;
  }
}

function start(settings: HttpSettings, prepared: PreparedRequest): ClientSpan | undefined {
  const { method, url, headers, template } = prepared;
  const sent = new SentRequest(method, url, headers);
  const hasCredentials = url.username !== '' || url.password !== '';
  const client = startClientSpan(settings, sent, { hasCredentials, urlParts: true, template });
  if (client === undefined) return undefined;
  settings.propagator.inject(client.context, headers, headersSetter);
  client.requestMade(sent);
  return client;
}

async function send(
  prepared: PreparedRequest,
  onResponse: (response: Response) => void,
): Promise<TracedResponse<unknown>> {
  const { method, url, headers, body, limit, fetch } = prepared;
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(limit.signal === undefined ? {} : { signal: limit.signal }),
    // Node wants it for a stream.
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
  onResponse(response);
  if (!response.ok) {
    const text = await boundedText(response.body);
    const shownUrl = `${url.origin}${url.pathname}`;
    throw new HttpResponseError({ method, url: shownUrl, status: response.status, headers: response.headers, ...text });
  }
  return { status: response.status, headers: response.headers, body: await parsedBody(response) };
}

/** JSON by its content type, `application/json` or `+json`; other types as text. */
async function parsedBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || type.endsWith('+json') ? JSON.parse(text) : text;
}

/** `fetch` wraps what went wrong in a TypeError that says nothing. */
function reasonOf(error: unknown): unknown {
  return error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
}
