import type { ChdbEngine } from '../chdb/chdb-engine.ts';
import type { TraceCandidate, TraceSearch } from '../span-store.ts';
import { isTraceId } from '@throughline/model';
import { findLongest } from './find-longest.ts';
import { findNewest } from './find-newest.ts';
import { MatchReader, readLeafFacts } from './match-reader.ts';
import { planSearch, type SearchPlan } from './search-plan.ts';

/** The engine's side of `SpanStore.findTraces`. */
export async function* findTraces(
  engine: ChdbEngine,
  search: TraceSearch,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly TraceCandidate[]> {
  signal?.throwIfAborted();
  const plan = planSearch(search);
  if (plan.to <= plan.from) return;
  const reader = new MatchReader(engine, plan, await readLeafFacts(engine, plan, signal), signal);
  if (plan.onlyTraceId !== undefined) {
    const only = await findOnly(plan, reader, plan.onlyTraceId, search.order);
    if (only.length > 0) yield only;
  } else {
    yield* search.order === 'newest' ? findNewest(plan, reader) : findLongest(plan, reader);
  }
}

async function findOnly(
  { after }: SearchPlan,
  reader: MatchReader,
  traceId: string,
  order: TraceSearch['order'],
): Promise<readonly TraceCandidate[]> {
  if (!isTraceId(traceId)) return [];
  const bounds = await reader.bounds([traceId]);
  const candidates = await reader.resolve(await reader.matchesAmong([...bounds.values()]));
  if (after === undefined) return candidates;
  return candidates.filter((candidate) => {
    const { startTimeUnixNano, endTimeUnixNano } = candidate;
    const key = order === 'newest' ? startTimeUnixNano : endTimeUnixNano - startTimeUnixNano;
    return key < after.key || (key === after.key && traceId > after.traceId);
  });
}
