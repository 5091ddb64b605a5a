import { CodedError } from '@throughline/model';

/** How a failed request is answered, in each protocol's words. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly httpStatus: number;
  /** `google.rpc.Code`. */
  readonly grpcCode: number;
  /** Set when a later try can succeed. */
  readonly retryAfterMs: number | undefined;
}

const INVALID_ARGUMENT = 3;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const INTERNAL = 13;
const UNAVAILABLE = 14;

const DEFAULT_RETRY_AFTER_MS = 1_000;

/** Codes of client mistakes that are not answered with 400. */
const CLIENT_STATUS: Readonly<Record<string, readonly [httpStatus: number, grpcCode: number]>> = {
  origin_not_allowed: [403, PERMISSION_DENIED],
  body_too_large: [413, RESOURCE_EXHAUSTED],
  unsupported_media_type: [415, INVALID_ARGUMENT],
  unsupported_encoding: [415, INVALID_ARGUMENT],
  storage_failed: [500, INTERNAL],
};

/**
 * The answer to a request that failed: 503 / UNAVAILABLE with a delay for what can be retried, a client error
 * for everything else that is coded, and 500 without details for a bug.
 * Source: OTLP 1.11.0, sections "Failures" and "Throttling" of OTLP/gRPC and OTLP/HTTP.
 */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof CodedError)) {
    return {
      code: 'internal',
      message: 'The request failed because of a defect in the server; its log says more.',
      httpStatus: 500,
      grpcCode: INTERNAL,
      retryAfterMs: undefined,
    };
  }
  const { code, message } = error;
  if (error.retryable) {
    const retryAfterMs = error.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS;
    return { code, message, httpStatus: 503, grpcCode: UNAVAILABLE, retryAfterMs };
  }
  if (code === 'closed') {
    return { code, message, httpStatus: 503, grpcCode: UNAVAILABLE, retryAfterMs: DEFAULT_RETRY_AFTER_MS };
  }
  const [httpStatus, grpcCode] = CLIENT_STATUS[code] ?? [400, INVALID_ARGUMENT];
  return { code, message, httpStatus, grpcCode, retryAfterMs: undefined };
}
