import { giveAborter, takeAborter } from './spare-aborters.ts';
import { MAX_TIMER_MS } from '../helpers/max-timer.ts';

/** An abort signal for one export: the caller's, or a time limit, whichever comes first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Why the signal was aborted. */
  reason(): 'timeout' | 'aborted';
  /** Takes the timer and the listener away. To be called once, when nobody listens to the signal: another export gets it. */
  clear(): void;
}

/** @param timeoutMs Infinity for no limit */
export function startDeadline(outer: AbortSignal, timeoutMs: number): Deadline {
  const controller = takeAborter();
  let reason: 'timeout' | 'aborted' = 'timeout';
  const onAbort = (): void => {
    // The batch processor's own time limit arrives as an abort, too.
    if (!(outer.reason instanceof DOMException && outer.reason.name === 'TimeoutError')) reason = 'aborted';
    controller.abort();
  };
  const timer = timeoutMs > MAX_TIMER_MS ? undefined : setTimeout(() => controller.abort(), timeoutMs);
  timer?.unref();
  if (outer.aborted) onAbort();
  else outer.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    reason: () => reason,
    clear: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', onAbort);
      giveAborter(controller);
    },
  };
}
