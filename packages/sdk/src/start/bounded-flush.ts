import { diag } from '@opentelemetry/api';

import type { FlushOptions } from '../provider.ts';
import { MAX_TIMER_MS } from '../helpers/max-timer.ts';

/** What can be flushed: tracing that runs, or any provider. */
export interface Flushable {
  forceFlush(options?: FlushOptions): Promise<void>;
}

/**
 * Resolves when the flush is done, and to false after `timeoutMs` at the latest; never rejects. Until then the process
 * stays alive, unless `holdsProcess` is false: then it may also take longer without a word.
 */
export function boundedFlush(
  flushable: Flushable,
  timeoutMs: number,
  { holdsProcess = true }: FlushOptions = {},
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => {
        if (holdsProcess) diag.warn(`spans could not be exported within ${timeoutMs} ms`);
        resolve(false);
      },
      Math.min(timeoutMs, MAX_TIMER_MS),
    );
    if (!holdsProcess) timer.unref();
    const done = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    Promise.resolve()
      // The flush itself must not hold it: it may take longer.
      .then(() => flushable.forceFlush({ holdsProcess: false }))
      .then(done, (error: unknown) => {
        diag.warn('spans could not be flushed', error);
        done();
      });
  });
}
