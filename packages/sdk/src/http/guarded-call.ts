import { diag } from '@opentelemetry/api';

/** Calls a function of the application that must not disturb the request: what it throws is only told. */
export function guardedCall<Args extends unknown[], R>(
  name: string,
  call: (...args: Args) => R,
  ...args: Args
): R | undefined {
  try {
    return call(...args);
  } catch (error) {
    diag.error(`HTTP tracing: ${name} failed`, error);
    return undefined;
  }
}
