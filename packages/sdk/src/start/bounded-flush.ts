import { diag } from '@opentelemetry/api';

/** What can be flushed: tracing that runs, or any provider. */
export interface Flushable {
  forceFlush(): Promise<void>;
}

/**
 * Resolves when the flush is done, and after `timeoutMs` at the latest; never rejects. Until then the process stays alive:
 * what a flush waits for may not keep it so.
 */
export function boundedFlush(flushable: Flushable, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      diag.warn(`spans could not be exported within ${timeoutMs} ms`);
      resolve();
    }, timeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    Promise.resolve()
      .then(() => flushable.forceFlush())
      .then(done, (error: unknown) => {
        diag.warn('spans could not be flushed', error);
        done();
      });
  });
}
