import { assembleTrace, CodedError, type Span } from '@throughline/model';
import type { SpanStore, TimeWindow, TraceCandidate } from '@throughline/store';
import { matchTrace, type Query, queryConditions } from '@throughline/traceql';
import type { IncompletenessReason } from './completeness.ts';
import type { QueryLimits } from './limits.ts';

/** Traces read at a time, and spans that they should have together. */
const FIRST_BATCH_TRACES = 16;
const MAX_BATCH_TRACES = 256;
const AIM_SPANS_PER_BATCH = 20_000;

/**
 * Gives `visit` the distinct spans that the query selects and that started within the window, whatever the query: by
 * reading the traces that may match, newest first. Returns why they may not be all.
 *
 * @throws what the store throws; when the time is up before anything was found, the signal's reason.
 */
export async function visitMatchingSpans(
  request: { readonly tenant: string; readonly query: Query; readonly window: TimeWindow },
  context: { readonly store: SpanStore; readonly limits: QueryLimits; readonly signal: AbortSignal },
  visit: (span: Span) => void,
): Promise<readonly IncompletenessReason[]> {
  const { tenant, query, window } = request;
  const { store, limits, signal } = context;
  let readCount = 0;
  let truncatedCount = 0;
  const read = async (batch: readonly TraceCandidate[]): Promise<number> => {
    const ids = batch.map(({ traceId }) => traceId);
    const traces = await store.readTraces(tenant, ids, { signal, maxSpansPerTrace: limits.maxSpansPerTrace });
    let spanCount = 0;
    for (const { spans, truncated } of traces.values()) {
      spanCount += spans.length;
      if (truncated) truncatedCount++;
      if (spans.length === 0) continue;
      const trace = assembleTrace(spans);
      for (const row of matchTrace(query, trace) ?? []) {
        const span = trace.spans[row];
        if (span === undefined) continue;
        const { startTimeUnixNano: start } = span;
        if (start >= window.fromUnixNano && start < window.toUnixNano) visit(span);
      }
    }
    readCount += batch.length;
    return spanCount;
  };

  const reasons: IncompletenessReason[] = [];
  try {
    let batchTraces = FIRST_BATCH_TRACES;
    const search = { tenant, conditions: queryConditions(query), window, order: 'newest' } as const;
    pages: for await (const page of store.findTraces(search, { signal })) {
      for (let at = 0; at < page.length;) {
        const batch = page.slice(at, at + Math.min(batchTraces, limits.maxCountedTraces - readCount));
        if (batch.length === 0) {
          const message = `Only the spans of the ${limits.maxCountedTraces} newest traces that may match were counted; narrow the window or the query`;
          reasons.push({ code: 'count_limit', message });
          break pages;
        }
        at += batch.length;
        const spanCount = await read(batch);
        if (spanCount < AIM_SPANS_PER_BATCH / 2) batchTraces = Math.min(batchTraces * 2, MAX_BATCH_TRACES);
        else if (spanCount > AIM_SPANS_PER_BATCH * 2) batchTraces = Math.max(batchTraces >> 1, 1);
      }
    }
  } catch (error) {
    const isTimeout = error instanceof CodedError && error.code === 'query_timeout';
    if (!isTimeout || readCount === 0) throw error;
    const message = `The time was up after ${readCount} traces, the newest, were counted; narrow the window or the query`;
    reasons.push({ code: 'query_timeout', message });
  }
  if (truncatedCount > 0) {
    reasons.push({
      code: 'trace_truncated',
      message: `${truncatedCount} traces have more than ${limits.maxSpansPerTrace} spans and were counted by a part of them`,
    });
  }
  return reasons;
}
