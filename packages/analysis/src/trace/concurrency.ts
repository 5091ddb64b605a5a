import { forEachOwnStretch } from './self-time.ts';
import type { TraceFacts } from './trace-facts.ts';

/**
 * How many spans worked at once, as steps: from `fromNano[i]` until the next step (the last one until the trace's end)
 * `active[i]` spans ran none of whose children ran. A span that waits for a child does not count, the child does.
 */
export interface Concurrency {
  readonly fromNano: Float64Array;
  readonly active: Uint32Array;
  readonly peak: number;
  /** Over the trace's duration; 0 of a trace without length. */
  readonly average: number;
  /** Time in which nothing ran. */
  readonly idleNano: number;
}

/** O(n log n): the own stretches of all spans as events in time order. */
export function concurrency(facts: TraceFacts): Concurrency {
  const starts: number[] = [];
  const ends: number[] = [];
  let workNano = 0;
  forEachOwnStretch(facts, ({ fromNano, toNano }) => {
    starts.push(fromNano);
    ends.push(toNano);
    workNano += toNano - fromNano;
  });
  const begin = Float64Array.from(starts).sort();
  const finish = Float64Array.from(ends).sort();
  const fromNano: number[] = [];
  const active: number[] = [];
  let running = 0;
  let peak = 0;
  let idleNano = 0;
  const step = (at: number): void => {
    // No step where one stretch takes over from another at the same instant.
    if ((active.at(-1) ?? 0) === running && active.length > 0) return;
    if (active.at(-1) === 0) idleNano += at - (fromNano.at(-1) ?? 0);
    fromNano.push(at);
    active.push(running);
    peak = Math.max(peak, running);
  };
  if (begin.length > 0 && (begin[0] ?? 0) > 0) step(0);
  for (let i = 0, j = 0; j < finish.length;) {
    const at = Math.min(begin[i] ?? Number.POSITIVE_INFINITY, finish[j] ?? 0);
    for (; i < begin.length && begin[i] === at; i++) running++;
    for (; j < finish.length && finish[j] === at; j++) running--;
    step(at);
  }
  const { totalNano } = facts;
  const end = fromNano.at(-1);
  if (active.at(-1) === 0 && end !== undefined) {
    idleNano += totalNano - end;
    // The trace's end is no step of its own.
    if (end === totalNano) {
      fromNano.pop();
      active.pop();
    }
  }
  if (active.length === 0 && totalNano > 0) {
    fromNano.push(0);
    active.push(0);
    idleNano = totalNano;
  }
  return {
    fromNano: Float64Array.from(fromNano),
    active: Uint32Array.from(active),
    peak,
    average: totalNano > 0 ? workNano / totalNano : 0,
    idleNano,
  };
}
