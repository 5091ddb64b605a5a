import type { TraceBounds } from '../chdb/trace-bounds.ts';
import type { TraceCandidate } from '../span-store.ts';
import type { Match, MatchReader } from './match-reader.ts';
import type { SearchPlan } from './search-plan.ts';

/** With up to so many traces that may match, all are looked up and sorted; with more, the longest are tried in turn. */
const FEW_TRACES = 20_000;
const FIRST_PAGE = 200;
const MAX_PAGE = 4000;
const CHUNK = 2000;

export async function* findLongest(plan: SearchPlan, reader: MatchReader): AsyncGenerator<readonly TraceCandidate[]> {
  const isEverything =
    plan.isWholeTime && plan.condition.kind === 'spans' && isTrue(plan.condition.predicate) && plan.exact;
  if (!isEverything) {
    const ids = await reader.anyMatchingIds(FEW_TRACES + 1);
    if (ids.length <= FEW_TRACES) {
      yield* sorted(plan, reader, ids);
      return;
    }
  }
  let { after } = plan;
  for (let size = FIRST_PAGE; ; size = Math.min(2 * size, MAX_PAGE)) {
    const traces = await reader.longestTraces(after, size);
    const candidates = isEverything
      ? traces.map((trace) => ({ ...trace, exact: true }))
      : await matching(reader, traces);
    const page = candidates.filter((candidate) => plan.durationHolds(durationOf(candidate)));
    if (page.length > 0) yield page;
    const last = traces.at(-1);
    if (last === undefined || traces.length < size) return;
    after = { key: durationOf(last), traceId: last.traceId };
  }
}

function isTrue(predicate: { readonly kind: string; readonly operands?: readonly unknown[] }): boolean {
  return predicate.kind === 'true' || (predicate.kind === 'and' && predicate.operands?.length === 0);
}

/** Those of the traces that match, in their order. */
async function matching(reader: MatchReader, traces: readonly TraceBounds[]): Promise<TraceCandidate[]> {
  const found = new Map<string, TraceCandidate>();
  for (const candidate of await reader.resolve(await reader.matchesAmong(traces))) {
    found.set(candidate.traceId, candidate);
  }
  return traces.flatMap(({ traceId }) => found.get(traceId) ?? []);
}

async function* sorted(
  plan: SearchPlan,
  reader: MatchReader,
  traceIds: readonly string[],
): AsyncGenerator<readonly TraceCandidate[]> {
  const candidates: TraceCandidate[] = [];
  for (let at = 0; at < traceIds.length; at += CHUNK) {
    const bounds = await reader.bounds(traceIds.slice(at, at + CHUNK));
    const matches: readonly Match[] = await reader.matchesAmong([...bounds.values()]);
    candidates.push(...(await reader.resolve(matches)));
  }
  const page = candidates.filter((candidate) => isBehind(candidate, plan.after)).sort(byDuration);
  if (page.length > 0) yield page;
}

function durationOf({ startTimeUnixNano, endTimeUnixNano }: TraceBounds): bigint {
  return endTimeUnixNano - startTimeUnixNano;
}

function byDuration(a: TraceCandidate, b: TraceCandidate): number {
  const difference = durationOf(b) - durationOf(a);
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return a.traceId < b.traceId ? -1 : 1;
}

function isBehind(candidate: TraceCandidate, after: SearchPlan['after']): boolean {
  if (after === undefined) return true;
  const duration = durationOf(candidate);
  return duration < after.key || (duration === after.key && candidate.traceId > after.traceId);
}
