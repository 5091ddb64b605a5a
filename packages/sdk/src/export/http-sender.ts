import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { codeOf, connectionFailure, redactor } from './connection-failure.ts';
import { type FailedAttempt, failedAttempt, messageOf } from './delivering-exporter.ts';
import { readTlsFiles, type TlsOptions } from './tls-files.ts';

export interface HttpOptions {
  /** Sent with every request. Values are never part of a message. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  /** Of an answer's body; what is behind it is not read. Default 4 MiB. */
  readonly maxResponseBytes?: number;
}

export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
  /** The body was longer than allowed. */
  readonly isCut: boolean;
}

export interface HttpSender {
  /** For messages: the method and the URL without credentials and query. */
  readonly target: string;
  readonly redact: (text: string) => string;
  /** Never rejects. */
  post(
    body: Uint8Array,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer | FailedAttempt>;
  close(): void;
}

export const DEFAULT_MAX_RESPONSE_BYTES: number = 4 * 2 ** 20;
const USER_AGENT = 'throughline-sdk';

/**
 * Posts to one URL over kept-alive connections, at most `maxSockets`. Redirects are not followed. A URL or a TLS file
 * that is no good fails every post as `misconfigured`: a mistake in the configuration must not stop the application.
 */
export function httpSender(url: string, maxSockets: number, options: HttpOptions): HttpSender {
  const redact = redactor(options.headers ?? {});
  try {
    return workingSender(new URL(url), maxSockets, options, redact);
  } catch (error) {
    const failure = failedAttempt('misconfigured', redact(messageOf(error)));
    return { target: 'POST', redact, post: async () => failure, close: () => {} };
  }
}

function workingSender(
  url: URL,
  maxSockets: number,
  options: HttpOptions,
  redact: (text: string) => string,
): HttpSender {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error(`${url.protocol} is neither http: nor https:`);
  const isSecure = url.protocol === 'https:';
  const maxResponseBytes = options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
  const target = `POST ${url.origin}${url.pathname}`;
  const { request: requestOf } = isSecure ? https : http;
  const agent = isSecure
    ? new https.Agent({ keepAlive: true, maxSockets, ...readTlsFiles(options.tls) })
    : new http.Agent({ keepAlive: true, maxSockets });
  // Once, not for every request.
  const address = urlToHttpOptions(url);
  return {
    target,
    redact,
    close: () => agent.destroy(),
    post: (body, headers, signal) =>
      new Promise((resolve) => {
        const fail = (error: unknown, isReused: boolean): void => {
          const failure = connectionFailure(error, target, redact);
          // The server closed a kept connection just when it was used again: nothing is wrong with it.
          const isStale = isReused && (codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE');
          resolve(isStale ? { ...failure, retryAfterMs: 0 } : failure);
        };
        try {
          const request = requestOf({
            ...address,
            method: 'POST',
            agent,
            signal,
            headers: {
              'user-agent': USER_AGENT,
              ...options.headers,
              ...headers,
              'content-length': body.length,
            },
          });
          request.on('error', (error) => fail(error, request.reusedSocket));
          let hasAnswer = false;
          // An answer that is none, as a switch of protocols, ends without an error.
          request.on('close', () => {
            if (!hasAnswer)
              resolve(failedAttempt('malformed_answer', `${target}: the connection ended without an answer`));
          });
          request.on('response', (response) => {
            hasAnswer = true;
            const chunks: Buffer[] = [];
            let length = 0;
            const answer = (isCut: boolean): void => {
              // An answer before the whole request: nobody reads the rest, and its memory may be used again.
              if (!request.writableFinished) request.destroy();
              resolve({
                kind: 'answer',
                status: response.statusCode ?? 0,
                retryAfter: response.headers['retry-after'],
                body: Buffer.concat(chunks),
                isCut,
              });
            };
            response.on('data', (chunk: Buffer) => {
              length += chunk.length;
              if (length > maxResponseBytes) {
                answer(true);
                request.destroy();
              } else {
                chunks.push(chunk);
              }
            });
            response.on('end', () => answer(false));
            response.on('error', (error) => fail(error, false));
          });
          request.end(body);
        } catch (error) {
          fail(error, false);
        }
      }),
  };
}
