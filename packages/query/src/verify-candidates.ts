import { assembleTrace } from '@throughline/model';
import type { SpanStore, StoredTrace, TimeWindow, TraceCandidate } from '@throughline/store';
import { matchTrace, type Query } from '@throughline/traceql';
import type { QueryLimits } from './limits.ts';

export interface CheckedCandidate {
  readonly candidate: TraceCandidate;
  readonly matches: boolean;
  /** Only a part of the trace's spans was read. */
  readonly truncated: boolean;
}

/** Spans that one batch of candidates should hold: enough to make the round trip worth it, few enough for memory. */
const AIM_SPANS_PER_BATCH = 20_000;
const FIRST_BATCH_TRACES = 8;
const MAX_BATCH_TRACES = 256;

/**
 * The exact second pass: decides for each candidate, in order, whether it matches. Those the store is sure of pass
 * through; the others are read and interpreted, several at a time.
 *
 * Yields `candidate_limit` as the last element when as many traces were read as one search may and there are more.
 * Candidates that are gone when they are read (retention) do not match.
 */
export async function* verifyCandidates(
  pages: AsyncIterable<readonly TraceCandidate[]>,
  context: {
    readonly store: SpanStore;
    readonly tenant: string;
    readonly query: Query;
    readonly window: TimeWindow | undefined;
    readonly limits: QueryLimits;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<CheckedCandidate | 'candidate_limit'> {
  const { store, tenant, query, window, limits, signal } = context;
  let batchTraces = FIRST_BATCH_TRACES;
  let readCount = 0;
  for await (const page of pages) {
    let next = 0;
    while (next < page.length) {
      signal.throwIfAborted();
      const toRead: string[] = [];
      let end = next;
      const mayRead = Math.min(batchTraces, limits.maxCandidates - readCount);
      for (; end < page.length; end++) {
        const candidate = page[end];
        if (candidate === undefined || candidate.exact) continue;
        if (toRead.length === mayRead) break;
        toRead.push(candidate.traceId);
      }
      const traces =
        toRead.length === 0
          ? new Map<string, StoredTrace>()
          : await store.readTraces(tenant, toRead, { signal, maxSpansPerTrace: limits.maxSpansPerTrace });
      readCount += toRead.length;
      let spanCount = 0;
      for (const candidate of page.slice(next, end)) {
        if (candidate.exact) {
          yield { candidate, matches: true, truncated: false };
          continue;
        }
        const stored = traces.get(candidate.traceId);
        spanCount += stored?.spans.length ?? 0;
        yield {
          candidate,
          matches: stored !== undefined && stored.spans.length > 0 && matchesWithin(stored, query, window),
          truncated: stored?.truncated ?? false,
        };
      }
      if (end < page.length && readCount >= limits.maxCandidates) {
        yield 'candidate_limit';
        return;
      }
      next = end;
      if (spanCount < AIM_SPANS_PER_BATCH / 2) batchTraces = Math.min(batchTraces * 2, MAX_BATCH_TRACES);
      else if (spanCount > AIM_SPANS_PER_BATCH * 2) batchTraces = Math.max(batchTraces >> 1, 1);
    }
  }
}

/** Whether a span that matches started within the window. */
function matchesWithin(stored: StoredTrace, query: Query, window: TimeWindow | undefined): boolean {
  const trace = assembleTrace(stored.spans);
  const rows = matchTrace(query, trace);
  if (rows === undefined) return false;
  if (window === undefined) return true;
  return rows.some((row) => {
    const start = trace.spans[row]?.startTimeUnixNano;
    return start !== undefined && start >= window.fromUnixNano && start < window.toUnixNano;
  });
}
