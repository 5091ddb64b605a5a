import type { ArrivingTraceColumns } from '@throughline/query/client';
import { useSyncExternalStore } from 'react';

export type DetailsState =
  | { readonly kind: 'coming' }
  | { readonly kind: 'complete' }
  /** Those that did not come count as left out. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** The details of a trace's spans, which may still be on their way when the trace is shown. */
export interface DetailsArrival {
  /** The same object until it changes. */
  readonly state: () => DetailsState;
  /** Calls `listener` whenever some have come, and at the end; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
  /** When no more will come. */
  readonly ended: Promise<void>;
  /** Nobody waits for them any more. */
  readonly cancel: () => void;
}

/** Of a trace that was read as a whole. */
export const allArrived: DetailsArrival = {
  state: () => COMPLETE,
  subscribe: () => () => undefined,
  ended: Promise.resolve(),
  cancel: () => undefined,
};

const COMING: DetailsState = { kind: 'coming' };
const COMPLETE: DetailsState = { kind: 'complete' };

/** The page has its turn after so long. */
const TURN_MS = 6;

/** Reads the details to their end. `cancel` closes the connection. */
export function receiveDetails(
  { arrivals, giveUpDetails }: Pick<ArrivingTraceColumns, 'arrivals' | 'giveUpDetails'>,
  cancel: () => void,
  isHidden: () => boolean = isPageHidden,
): DetailsArrival {
  let state = COMING;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const read = async (): Promise<DetailsState> => {
    try {
      let since = performance.now();
      for await (const _ of arrivals) {
        tell();
        if (performance.now() - since < TURN_MS || isHidden()) continue;
        await new Promise<void>((resume) => setTimeout(resume));
        since = performance.now();
      }
      return COMPLETE;
    } catch (error) {
      giveUpDetails();
      return { kind: 'failed', error };
    }
  };
  const ended = read().then((end) => {
    state = end;
    tell();
  });
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ended,
    cancel,
  };
}

/** Timers of a page that nobody sees come once a second, and it needs no turn. */
function isPageHidden(): boolean {
  return typeof document !== 'undefined' && document.hidden;
}

/** Of all spans. */
export function useDetailsState(arrival: DetailsArrival): DetailsState {
  return useSyncExternalStore(arrival.subscribe, arrival.state);
}
