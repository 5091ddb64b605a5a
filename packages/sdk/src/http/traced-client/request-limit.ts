/** What ends a request early: its caller or its time-out. */
export interface RequestLimit {
  /** Aborted by whichever comes first, with its reason. */
  readonly signal: AbortSignal | undefined;
  /** The request is over: nothing is left at the caller's signal, which may live as long as the application. */
  release(): void;
}

/**
 * As `AbortSignal.any`, which Node.js has from 20.3 on.
 *
 * @param timeoutMs 0 for no limit
 */
export function requestLimit(given: AbortSignal | undefined, timeoutMs: number): RequestLimit {
  const timeout = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
  if (given === undefined || timeout === undefined) return { signal: given ?? timeout, release: () => {} };
  const controller = new AbortController();
  const followed = [given, timeout].map((signal) => {
    const onAbort = (): void => controller.abort(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return () => signal.removeEventListener('abort', onAbort);
  });
  return {
    signal: controller.signal,
    release: () => {
      for (const unfollow of followed) unfollow();
    },
  };
}
