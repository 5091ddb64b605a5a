import { setTimeout as delay } from 'node:timers/promises';
import type { Span } from '@throughline/model';
import type { Simulator } from '@throughline/simulator';

/** Steps of the simulation between two looks at the output. They make at most as many spans. */
const STEPS_AT_ONCE = 20_000;
const REAL_TIME_TICK_MS = 100;

export interface Drive {
  readonly simulator: Simulator;
  /** Takes the spans that are there; resolves when there is room for more. */
  readonly drain: () => Promise<void>;
  readonly onProgress: () => void;
  readonly signal: AbortSignal;
}

/** As fast as it goes. */
export async function driveVirtual({ simulator, drain, onProgress, signal }: Drive): Promise<void> {
  let isOver = false;
  while (!isOver && !signal.aborted) {
    isOver = simulator.advance(Number.POSITIVE_INFINITY, STEPS_AT_ONCE);
    await drain();
    onProgress();
    // Signals and the progress bar get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  simulator.flush();
  await drain();
}

/**
 * In step with a real clock: what has ended by now is sent now. A simulation that falls behind catches up; with
 * `aheadMs` it begins by so much in the past.
 */
export async function driveRealTime(
  { simulator, drain, onProgress, signal }: Drive,
  { nowMs = () => performance.now(), aheadMs = 0 }: { readonly nowMs?: () => number; readonly aheadMs?: number } = {},
): Promise<void> {
  const startedAtMs = nowMs() - aheadMs;
  while (!simulator.isFinished && !signal.aborted) {
    const untilNano = (nowMs() - startedAtMs) * 1e6;
    while (!signal.aborted && !simulator.advance(untilNano, STEPS_AT_ONCE)) await drain();
    simulator.flush();
    await drain();
    onProgress();
    await delay(REAL_TIME_TICK_MS, undefined, { signal }).catch(() => undefined);
  }
  simulator.flush();
  await drain();
}

/** Spans between the simulation, which hands them out, and the output, which has its own pace. */
export class SpanBuffer {
  #batches: (readonly Span[])[] = [];

  readonly add = (spans: readonly Span[]): void => {
    this.#batches.push(spans);
  };

  async drainTo(write: (spans: readonly Span[]) => Promise<void>): Promise<void> {
    const batches = this.#batches;
    this.#batches = [];
    for (const batch of batches) await write(batch);
  }
}
