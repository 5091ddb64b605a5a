import { diag } from '@opentelemetry/api';

const told = new WeakMap<object, Set<string>>();

/**
 * Logs that a part of the application failed where its failure must go no further: each `message` once for each `part`,
 * for what fails at one span fails at every span.
 */
export function tellOnce(part: object, message: string, error?: unknown): void {
  if (!isNews(part, message)) return;
  if (error === undefined) diag.error(`${message} (said once)`);
  else diag.error(`${message} (said once)`, error);
}

/** As {@link tellOnce}, a warning: something that the application gave is left out. */
export function warnOnce(part: object, message: string, ...detail: unknown[]): void {
  if (isNews(part, message)) diag.warn(`${message} (said once)`, ...detail);
}

function isNews(part: object, message: string): boolean {
  let messages = told.get(part);
  if (messages === undefined) {
    messages = new Set();
    told.set(part, messages);
  }
  if (messages.has(message)) return false;
  messages.add(message);
  return true;
}
