/** Runs at most `limit` tasks at once, the rest in the order of their coming. A task whose signal aborts before its turn is never run. */
export function limitConcurrency(limit: number): <T>(task: () => Promise<T>, signal: AbortSignal) => Promise<T> {
  const waiting = new Set<() => void>();
  let running = 0;
  const next = (): void => {
    const [start] = waiting;
    if (start === undefined || running >= limit) return;
    waiting.delete(start);
    running++;
    start();
  };
  return async (task, signal) => {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        // The set is empty of it once it has started.
        if (waiting.delete(start)) reject(signal.reason);
      };
      const start = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      waiting.add(start);
      signal.addEventListener('abort', abort, { once: true });
      next();
    });
    try {
      return await task();
    } finally {
      running--;
      next();
    }
  };
}
