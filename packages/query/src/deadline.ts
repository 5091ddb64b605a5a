import { CodedError } from '@throughline/model';

/** The end of a query's time, and the client's leaving, as one signal. Dispose of it when the query is over. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** Whether it was the time that ended it. */
  readonly expired: boolean;
}

/**
 * Aborts with the retryable `query_timeout` after `timeoutMs`, or with the reason of `signal` when that comes first.
 */
export function startDeadline(timeoutMs: number, signal?: AbortSignal): Deadline {
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    controller.abort(queryTimeout(timeoutMs));
  }, timeoutMs);
  const follow = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) follow();
  else signal?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    get expired() {
      return expired;
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', follow);
    },
  };
}

/** Whether the time of a query was up: its deadline's, or the store's own limit. */
export function isQueryTimeout(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'query_timeout';
}

function queryTimeout(timeoutMs: number): CodedError {
  return new CodedError(
    'query_timeout',
    `The query was not answered within ${timeoutMs} ms; narrow the time range or add conditions`,
    { retryable: true },
  );
}
