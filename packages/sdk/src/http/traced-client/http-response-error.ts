import { CodedError } from '@throughline/model';

import { retryAfterMs } from '../../export/delivery-clock.ts';

/** Of a body that an error carries, in characters. */
export const MAX_ERROR_BODY_CHARACTERS = 8_192;
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

export interface HttpResponseErrorParts {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly bodyText: string;
  readonly bodyTruncated: boolean;
}

/**
 * An answer whose status is not 2xx: code `http_response_error`. `retryable` for 408, 429, 502, 503 and 504, with
 * `retryAfterMs` if the answer says it.
 */
export class HttpResponseError extends CodedError {
  readonly method: string;
  /** Without its query, which may be secret. */
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** At most `MAX_ERROR_BODY_CHARACTERS`; what is behind them is not read. */
  readonly bodyText: string;
  /** Whether the body was longer. */
  readonly bodyTruncated: boolean;

  constructor(parts: HttpResponseErrorParts) {
    const retryAfter = retryAfterMs(parts.headers.get('retry-after') ?? undefined, Date.now());
    super('http_response_error', `${parts.method} ${parts.url} was answered with ${parts.status}`, {
      retryable: RETRYABLE_STATUSES.has(parts.status),
      ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }),
    });
    this.name = 'HttpResponseError';
    this.method = parts.method;
    this.url = parts.url;
    this.status = parts.status;
    this.headers = parts.headers;
    this.bodyText = parts.bodyText;
    this.bodyTruncated = parts.bodyTruncated;
  }
}

/** A body's start as text, and whether there is more, which is given up. */
export async function boundedText(
  body: ReadableStream<Uint8Array> | null,
): Promise<{ readonly bodyText: string; readonly bodyTruncated: boolean }> {
  if (body === null) return { bodyText: '', bodyTruncated: false };
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    text += done ? decoder.decode() : decoder.decode(value, { stream: true });
    if (text.length > MAX_ERROR_BODY_CHARACTERS) {
      await reader.cancel();
      return { bodyText: text.slice(0, MAX_ERROR_BODY_CHARACTERS), bodyTruncated: true };
    }
    if (done) return { bodyText: text, bodyTruncated: false };
  }
}
