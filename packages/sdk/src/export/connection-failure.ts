import { type FailedAttempt, failedAttempt, messageOf } from './delivering-exporter.ts';

/** Failures of the network, after which another try may do. Certificates do not get better by trying. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
]);

/** A connection of HTTP/2, or a stream on it, that is gone: another one may do. */
const LOST_CODES: ReadonlySet<string> = new Set([
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_INVALID_SESSION',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_STREAM_CANCEL',
  'ERR_HTTP2_INVALID_STREAM',
]);

/** What an error of a socket or of `node:http2` means for the request. `target` is named in the message. */
export function connectionFailure(error: unknown, target: string, redact: (text: string) => string): FailedAttempt {
  const code = codeOf(error);
  // One error for each address that was tried has an empty message of its own.
  const detail =
    error instanceof AggregateError && error.message === '' ? messageOf(error.errors[0]) : messageOf(error);
  const message = redact(`${target}: ${detail}`);
  if (NETWORK_CODES.has(code)) return { kind: 'failed', reason: 'unreachable', message, isRetryable: true };
  if (LOST_CODES.has(code)) return { kind: 'failed', reason: 'unavailable', message, isRetryable: true };
  const isTls = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code);
  return failedAttempt(isTls ? 'unreachable' : 'misconfigured', message);
}

export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Takes the values of headers out of a text. */
export function redactor(headers: Readonly<Record<string, string>>): (text: string) => string {
  const secrets = Object.values(headers).filter((value) => value.length >= 4);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}
