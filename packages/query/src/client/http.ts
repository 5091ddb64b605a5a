import { QueryClientError } from './client-error.ts';

/** What the client needs of `fetch`; the global one fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  readonly headers: Record<string, string>;
  readonly signal?: AbortSignal;
}

export interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** As it comes in. Without it an answer is read as a whole, so one without an end cannot be followed. */
  readonly body?: ByteStream | null;
  arrayBuffer(): Promise<ArrayBuffer>;
  text(): Promise<string>;
}

export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
}

export interface Connection {
  /** Without a slash at the end; `''` is the page's own origin. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
}

/** Settings of one call. Aborting rejects it with the signal's reason. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export type Parameters = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** @throws QueryClientError, or the signal's reason. */
export async function getJson<Answer>(
  connection: Connection,
  path: string,
  parameters: Parameters,
  { signal }: CallOptions,
): Promise<Answer> {
  const response = await get(connection, path, parameters, signal);
  const text = await received(connection, signal, () => response.text());
  try {
    // The answer is trusted to be what the server's schemas say; the server's tests hold it to them.
    return JSON.parse(text);
  } catch (cause) {
    throw unexpected(connection, path, response.status, cause);
  }
}

/** @throws QueryClientError, or the signal's reason. */
export async function getBytes(
  connection: Connection,
  path: string,
  parameters: Parameters,
  { signal }: CallOptions,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly headers: FetchResponse['headers'] }> {
  const response = await get(connection, path, parameters, signal);
  const buffer = await received(connection, signal, () => response.arrayBuffer());
  return { bytes: new Uint8Array(buffer), headers: response.headers };
}

/**
 * An answer as it comes in, until the server ends it. Whoever does not read it to its end returns from the pieces or
 * aborts the call. Of a `fetch` without streams it is one piece.
 *
 * @throws QueryClientError, or the signal's reason; so do the pieces: `answer_broken` where the answer ends too early.
 */
export async function getPieces(
  connection: Connection,
  path: string,
  parameters: Parameters,
  { signal }: CallOptions,
): Promise<{ readonly pieces: AsyncGenerator<Uint8Array, void>; readonly headers: FetchResponse['headers'] }> {
  const response = await get(connection, path, parameters, signal);
  const { body, headers } = response;
  if (body !== undefined && body !== null) return { pieces: piecesOf(body, connection, signal), headers };
  return { pieces: onePiece(await received(connection, signal, () => response.arrayBuffer())), headers };
}

async function* onePiece(buffer: ArrayBuffer): AsyncGenerator<Uint8Array, void> {
  yield new Uint8Array(buffer);
}

async function* piecesOf(
  body: ByteStream,
  connection: Connection,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value !== undefined) yield value;
    }
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    const message = `The answer of ${serverOf(connection)} broke off before its end`;
    throw new QueryClientError('answer_broken', message, { retryable: true, cause });
  } finally {
    // Where the loop ended by itself there is nothing left to cancel.
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * Calls `onText` with the answer's text as it comes in, until the server ends it.
 *
 * @throws QueryClientError, or the signal's reason.
 */
export async function getStream(
  connection: Connection,
  path: string,
  parameters: Parameters,
  onText: (text: string) => void,
  { signal }: CallOptions,
): Promise<void> {
  const { body, status } = await get(connection, path, parameters, signal);
  // Read as a whole, an answer without an end would never come.
  if (body === undefined || body === null) throw unexpected(connection, path, status, null);
  const decoder = new TextDecoder();
  for await (const piece of piecesOf(body, connection, signal)) onText(decoder.decode(piece, { stream: true }));
}

async function get(
  connection: Connection,
  path: string,
  parameters: Parameters,
  signal: AbortSignal | undefined,
): Promise<FetchResponse> {
  const url = `${connection.baseUrl}${path}${queryString(parameters)}`;
  const init = { headers: { ...connection.headers }, ...(signal && { signal }) };
  const response = await received(connection, signal, () => connection.fetch(url, init));
  if (response.ok) return response;
  throw errorFrom(connection, path, response, await received(connection, signal, () => response.text()));
}

/** Tells a connection that failed from a call that was aborted. */
async function received<T>(
  connection: Connection,
  signal: AbortSignal | undefined,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    throw new QueryClientError('unreachable', `Cannot reach ${serverOf(connection)}`, { retryable: true, cause });
  }
}

function serverOf({ baseUrl }: Connection): string {
  return baseUrl === '' ? 'the server' : baseUrl;
}

function errorFrom(connection: Connection, path: string, response: FetchResponse, text: string): QueryClientError {
  const json = parseJson(text);
  const error = isObject(json) ? json['error'] : undefined;
  const { status } = response;
  const code = isObject(error) ? error['code'] : undefined;
  if (!isObject(error) || typeof code !== 'string') {
    return new QueryClientError('http_error', `${connection.baseUrl}${path} answered with status ${status}`, {
      httpStatus: status,
      retryable: status === 429 || status >= 502,
    });
  }
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const { code: _, message, ...details } = error;
  return new QueryClientError(code, typeof message === 'string' ? message : code, {
    httpStatus: status,
    retryable: Number.isFinite(retryAfter),
    retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1_000 : undefined,
    // By the server's schema of errors; every property is optional.
    details,
  });
}

function unexpected(connection: Connection, path: string, httpStatus: number, cause: unknown): QueryClientError {
  return new QueryClientError(
    'unexpected_answer',
    `${connection.baseUrl}${path} did not answer with JSON; is this a Throughline server?`,
    { httpStatus, cause },
  );
}

function queryString(parameters: Parameters): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const values = typeof value === 'string' || typeof value === 'number' ? [String(value)] : value;
    for (const one of values) parts.push(`${name}=${encodeURIComponent(one)}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
