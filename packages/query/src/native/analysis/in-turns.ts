import { setImmediate as otherRequests } from 'node:timers/promises';
import type { Steps } from '@throughline/analysis';

/** After so long the other requests that came meanwhile have their turn. */
const TURN_MS = 5;

/**
 * Runs a computation in turns with everything else that the process does, so that no answer waits for another's analysis.
 *
 * @throws the signal's reason as soon as it is aborted
 */
export async function inTurns<Result>(steps: Steps<Result>, signal: AbortSignal): Promise<Result> {
  let turnEndsAt = performance.now() + TURN_MS;
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() < turnEndsAt) continue;
    await otherRequests();
    signal.throwIfAborted();
    turnEndsAt = performance.now() + TURN_MS;
  }
}
