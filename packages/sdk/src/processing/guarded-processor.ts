import { diag } from '@opentelemetry/api';

import type { SpanProcessor } from '../span/span-processor.ts';

/** For a processor's `forceFlush` and `shutdown`. */
const TIMEOUT_MS = 30_000;

/**
 * A processor of the application whose faults stay its own: what it throws or rejects with is told to `diag`, once for
 * each method, and a flush or shutdown that does not end is waited for 30 s.
 */
export function guardedProcessor(processor: SpanProcessor): SpanProcessor {
  const reported = new Set<string>();
  const report = (method: string, error: unknown): void => {
    if (reported.has(method)) return;
    reported.add(method);
    diag.error(`a span processor failed in ${method}; further failures are not told`, error);
  };
  /** One that is asynchronous against the interface must not end the process when it rejects. */
  const watchPromise = (result: unknown, method: string): void => {
    if (result instanceof Promise) result.catch((error: unknown) => report(method, error));
  };
  const bounded = async (method: 'forceFlush' | 'shutdown'): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        report(method, new Error(`not done within ${TIMEOUT_MS} ms`));
        resolve();
      }, TIMEOUT_MS).unref();
    });
    try {
      await Promise.race([processor[method](), expired]);
    } catch (error) {
      report(method, error);
    }
    clearTimeout(timer);
  };
  const guarded: SpanProcessor = {
    onStart: (span, parentContext) => {
      try {
        watchPromise(processor.onStart(span, parentContext), 'onStart');
      } catch (error) {
        report('onStart', error);
      }
    },
    onEnd: (span) => {
      try {
        watchPromise(processor.onEnd(span), 'onEnd');
      } catch (error) {
        report('onEnd', error);
      }
    },
    forceFlush: () => bounded('forceFlush'),
    shutdown: () => bounded('shutdown'),
  };
  if (processor.onEnding === undefined) return guarded;
  return {
    ...guarded,
    onEnding: (span) => {
      try {
        watchPromise(processor.onEnding?.(span), 'onEnding');
      } catch (error) {
        report('onEnding', error);
      }
    },
  };
}
