import { diag } from '@opentelemetry/api';

/**
 * Calls a function of the application that must not disturb the request: what it throws is only told, and so is what a
 * promise that it answers rejects with.
 */
export function guardedCall<Args extends unknown[], R>(
  name: string,
  call: (...args: Args) => R,
  ...args: Args
): R | undefined {
  const tell = (error: unknown): void => diag.error(`HTTP tracing: ${name} failed`, error);
  try {
    const result = call(...args);
    if (isThenable(result)) result.then(undefined, tell);
    return result;
  } catch (error) {
    tell(error);
    return undefined;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
