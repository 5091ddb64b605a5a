import type { CodedError } from '@throughline/model';

const DEFAULT_RETRY_AFTER_SECONDS = 1;

/** The `Retry-After` of a retryable error: when it says to come back, or soon. */
export function retryAfterSeconds({ retryAfterMs }: CodedError): number {
  return retryAfterMs === undefined ? DEFAULT_RETRY_AFTER_SECONDS : Math.max(1, Math.ceil(retryAfterMs / 1_000));
}
