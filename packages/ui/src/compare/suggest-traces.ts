import type { TraceSummaryAnswer } from '@throughline/query/client';

/** What of a trace decides whether it is proposed. */
type Proposable = Pick<TraceSummaryAnswer, 'trace_id' | 'duration' | 'error_count'>;

export interface SuggestedTrace<T> {
  readonly why: string;
  readonly trace: T;
}

/** Of traces that do the same: what one most wants to hold another against. Each trace once. */
export function suggestTraces<T extends Proposable>(
  traces: readonly T[],
  except: string,
): readonly SuggestedTrace<T>[] {
  const others = traces.filter(({ trace_id: id }) => id !== except).toSorted((a, b) => a.duration - b.duration);
  const sound = others.filter(({ error_count: count }) => count === 0);
  const usual = sound.length > 0 ? sound : others;
  const candidates: readonly (readonly [string, T | undefined])[] = [
    ['A usual one (the median)', usual[usual.length >> 1]],
    ['The fastest', others[0]],
    ['The slowest', others.at(-1)],
    ['One that failed', others.findLast(({ error_count: count }) => count > 0)],
    ['The newest', traces.find(({ trace_id: id }) => id !== except)],
  ];
  const taken = new Set<string>();
  return candidates.flatMap(([why, trace]) => {
    if (trace === undefined || taken.has(trace.trace_id)) return [];
    taken.add(trace.trace_id);
    return [{ why, trace }];
  });
}
