import { diag } from '@opentelemetry/api';

const told = new WeakMap<object, Set<string>>();

/**
 * Logs that a part of the application failed where its failure must go no further: each `message` once for each `part`,
 * for what fails at one span fails at every span.
 */
export function tellOnce(part: object, message: string, error?: unknown): void {
  let messages = told.get(part);
  if (messages === undefined) {
    messages = new Set();
    told.set(part, messages);
  }
  if (messages.has(message)) return;
  messages.add(message);
  if (error === undefined) diag.error(`${message} (said once)`);
  else diag.error(`${message} (said once)`, error);
}
