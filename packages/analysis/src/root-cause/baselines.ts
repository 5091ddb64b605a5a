import type { Trace } from '@throughline/model';
import { selfTimes } from '../trace/self-time.ts';
import { durationOf, traceFacts } from '../trace/trace-facts.ts';

/** A simple way to rank services, to hold {@link rankRootCauses} against. The most suspicious first. */
export type RootCauseBaseline = (reference: readonly Trace[], window: readonly Trace[]) => readonly string[];

/** Services by how much longer their spans became on average, as a ratio. */
export const byDurationRatio: RootCauseBaseline = (reference, window) => {
  const before = meansOf(reference, 'duration');
  const after = meansOf(window, 'duration');
  return sortedNames(after, (name, { mean }) => mean / Math.max(1, before.get(name)?.mean ?? mean));
};

/** Services by how much more time their spans take by themselves per trace. */
export const bySelfTimeIncrease: RootCauseBaseline = (reference, window) => {
  const before = meansOf(reference, 'self');
  const after = meansOf(window, 'self');
  return sortedNames(
    after,
    (name, { total }) => total / window.length - (before.get(name)?.total ?? 0) / Math.max(1, reference.length),
  );
};

/**
 * Services by how their presence goes with slow traces (slower than 95 % of the reference).
 * Source: Ochiai's coefficient, as in Abreu et al., "On the accuracy of spectrum-based fault localization" (2007).
 */
export const bySlowTracePresence: RootCauseBaseline = (reference, window) => {
  const durations = reference.map(durationOfTrace).toSorted((a, b) => a - b);
  const limit = durations[Math.floor(0.95 * (durations.length - 1))] ?? 0;
  const slow = new Map<string, number>();
  const all = new Map<string, number>();
  let slowCount = 0;
  for (const trace of window) {
    const isSlow = durationOfTrace(trace) > limit;
    if (isSlow) slowCount++;
    for (const service of traceFacts(trace).services) {
      all.set(service, (all.get(service) ?? 0) + 1);
      if (isSlow) slow.set(service, (slow.get(service) ?? 0) + 1);
    }
  }
  return sortedNames(all, (name, count) => (slow.get(name) ?? 0) / Math.sqrt(Math.max(1, slowCount) * count));
};

function durationOfTrace(trace: Trace): number {
  return Number(trace.endTimeUnixNano - trace.startTimeUnixNano);
}

interface Means {
  readonly total: number;
  readonly mean: number;
}

function meansOf(traces: readonly Trace[], of: 'duration' | 'self'): ReadonlyMap<string, Means> {
  const sums = new Map<string, { total: number; count: number }>();
  for (const trace of traces) {
    const facts = traceFacts(trace);
    const self = of === 'self' ? selfTimes(facts) : undefined;
    for (let row = 0; row < facts.spanCount; row++) {
      const name = facts.services[facts.service[row] ?? 0] ?? '';
      const sum = sums.get(name) ?? { total: 0, count: 0 };
      sums.set(name, sum);
      sum.total += self === undefined ? durationOf(facts, row) : (self[row] ?? 0);
      sum.count++;
    }
  }
  return new Map([...sums].map(([name, { total, count }]) => [name, { total, mean: total / count }]));
}

function sortedNames<Value>(
  values: ReadonlyMap<string, Value>,
  scoreOf: (name: string, value: Value) => number,
): readonly string[] {
  return [...values]
    .map(([name, value]) => ({ name, score: scoreOf(name, value) }))
    .toSorted((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}
