import { type FilterParameters, QueryClientError } from '@throughline/query/client';
import { useEffect, useEffectEvent, useRef, useState } from 'react';

import { backend, messageOf } from '../api/backend.ts';
import type { ResultTrace } from './result-trace.ts';
import { MAX_TAIL, withArrived } from './tail-list.ts';
import { resultTrace } from './use-search.ts';

/** How often what arrived is shown: as often as one can follow. */
const SHOW_EVERY_MS = 400;
const RECONNECT_MS = 2_000;

export interface Tail {
  /** The latest first. */
  readonly traces: readonly ResultTrace[];
  /** Arrived and held back while paused. */
  readonly waitingCount: number;
  /** Left out, by the server or here, because they came too fast. */
  readonly skippedCount: number;
  readonly state: 'off' | 'connecting' | 'open' | 'failed';
  /** Why it failed. */
  readonly problem: string | undefined;
}

const OFF: Tail = { traces: [], waitingCount: 0, skippedCount: 0, state: 'off', problem: undefined };

/** The traces that match as they arrive, from when it is enabled on. Paused, they wait. */
export function useTail(filter: FilterParameters, enabled: boolean, isPaused: boolean): Tail {
  const [tail, setTail] = useState<Tail>(OFF);
  const arrived = useRef(new Map<string, ResultTrace>());
  const key = JSON.stringify(filter);
  const [begun, setBegun] = useState({ key, enabled });
  if (begun.key !== key || begun.enabled !== enabled) {
    setBegun({ key, enabled });
    setTail(enabled ? { ...OFF, state: 'connecting' } : OFF);
  }
  const show = useEffectEvent(() => {
    const waiting = arrived.current;
    if (isPaused) {
      setTail((old) => (old.waitingCount === waiting.size ? old : { ...old, waitingCount: waiting.size }));
      return;
    }
    if (waiting.size === 0) {
      setTail((old) => (old.waitingCount === 0 ? old : { ...old, waitingCount: 0 }));
      return;
    }
    arrived.current = new Map();
    setTail((old) => ({ ...old, waitingCount: 0, traces: withArrived(old.traces, waiting) }));
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const gone = new AbortController();
    arrived.current = new Map();
    const skip = (count: number): void => setTail((old) => ({ ...old, skippedCount: old.skippedCount + count }));
    void listen(key, gone.signal, {
      onTrace: (trace) => {
        const waiting = arrived.current;
        // Taken out first: the latest word on a trace counts, at the latest place.
        waiting.delete(trace.traceId);
        waiting.set(trace.traceId, trace);
        const [oldest] = waiting.keys();
        if (waiting.size <= MAX_TAIL || oldest === undefined) return;
        waiting.delete(oldest);
        skip(1);
      },
      onSkipped: skip,
      onState: (state, problem) => setTail((old) => ({ ...old, state, problem })),
    });
    const timer = setInterval(() => show(), SHOW_EVERY_MS);
    return () => {
      clearInterval(timer);
      gone.abort();
    };
  }, [key, enabled]);
  return tail;
}

interface Listener {
  readonly onTrace: (trace: ResultTrace) => void;
  readonly onSkipped: (count: number) => void;
  readonly onState: (state: 'connecting' | 'open' | 'failed', problem: string | undefined) => void;
}

/** Listens until the signal aborts, again and again where the connection ends. */
async function listen(key: string, signal: AbortSignal, { onTrace, onSkipped, onState }: Listener): Promise<void> {
  const filter: FilterParameters = JSON.parse(key);
  while (!signal.aborted) {
    onState('connecting', undefined);
    try {
      await backend.tail(filter, (trace) => onTrace(resultTrace(trace)), {
        signal,
        onSkipped,
        onOpen: () => onState('open', undefined),
      });
    } catch (error) {
      if (signal.aborted) return;
      onState('failed', messageOf(error));
      // A query that cannot be read will not be read the next time either.
      if (error instanceof QueryClientError && !error.retryable && error.code !== 'unreachable') return;
    }
    await pause(RECONNECT_MS, signal);
  }
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
