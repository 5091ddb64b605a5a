/** Bounds how many sends run at once and how many bytes wait for their turn. First come, first served. */
export interface SendSlots {
  /** Resolves to `ready` when a slot is taken; `full` at once if the bytes do not fit the queue; `aborted` by the signal. */
  acquire(byteLength: number, signal: AbortSignal): Promise<'ready' | 'full' | 'aborted'>;
  /** Gives a slot back that was `ready`. */
  release(): void;
}

export function sendSlots(maxConcurrency: number, maxQueueBytes: number): SendSlots {
  let running = 0;
  let queuedBytes = 0;
  const queue = new Set<() => void>();
  return {
    acquire: async (byteLength, signal) => {
      if (signal.aborted) return 'aborted';
      if (running < maxConcurrency) {
        running++;
        return 'ready';
      }
      if (queuedBytes + byteLength > maxQueueBytes) return 'full';
      queuedBytes += byteLength;
      const outcome = await new Promise<'ready' | 'aborted'>((resolve) => {
        const onAbort = (): void => {
          queue.delete(start);
          resolve('aborted');
        };
        // The slot goes from the one who releases it to this one: `running` stays.
        const start = (): void => {
          signal.removeEventListener('abort', onAbort);
          resolve('ready');
        };
        queue.add(start);
        signal.addEventListener('abort', onAbort, { once: true });
      });
      queuedBytes -= byteLength;
      return outcome;
    },
    release: () => {
      const [next] = queue;
      if (next === undefined) {
        running--;
      } else {
        queue.delete(next);
        next();
      }
    },
  };
}
