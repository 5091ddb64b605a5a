import { CodedError } from '@throughline/model';
import type { SpanStore, TimeWindow, TraceCandidate, TraceOrder, TraceSearch, TraceSummary } from '@throughline/store';
import { printQuery, type Query, queryConditions } from '@throughline/traceql';
import type { Completeness, IncompletenessReason } from './completeness.ts';
import { evictionReasons } from './evicted-spans.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { startDeadline } from './deadline.ts';
import type { QueryLimits } from './limits.ts';
import { verifyCandidates } from './verify-candidates.ts';

/** A search, whichever dialect asked. */
export interface SearchRequest {
  readonly tenant: string;
  readonly query: Query;
  /** A span that matches must have started within. Absent: everything stored. */
  readonly window?: TimeWindow | undefined;
  /**
   * What the client wrote as the window, where that is relative to the clock: it must stay the same from page to page
   * while the window itself does not.
   */
  readonly windowText?: string | undefined;
  readonly order: TraceOrder;
  readonly limit: number;
  /** Continue behind an earlier answer to the same search. */
  readonly cursor?: string | undefined;
}

/** The traces that match, in the search's order. */
export interface MatchingTraces extends Completeness {
  readonly traces: readonly TraceCandidate[];
  /** Where to continue; absent when there is nothing behind the last trace. */
  readonly cursor: string | undefined;
}

export interface SearchAnswer extends Completeness {
  readonly traces: readonly TraceSummary[];
  readonly cursor: string | undefined;
}

/** What a search works with. The signal ends it early, e.g. when the client has gone. */
export interface SearchContext {
  readonly store: SpanStore;
  readonly limits: QueryLimits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists the summaries of the traces that match exactly.
 *
 * `complete` speaks of the part between the cursors: it is true if no match there is missing. When time or the budget
 * of candidates runs out, the answer holds what was found until then.
 *
 * @throws CodedError `invalid_cursor`; `query_timeout` when the time was up before anything was looked at; what the
 * store throws.
 */
export async function searchTraces(request: SearchRequest, context: SearchContext): Promise<SearchAnswer> {
  const { traces, cursor, complete, reasons } = await findMatchingTraces(request, context);
  // Summaries of what was found are owed even when the search's own time is up; they get as much time again.
  using deadline = startDeadline(context.limits.queryTimeoutMs, context.signal);
  const summaries =
    traces.length === 0 ? [] : await context.store.summarizeTraces(request.tenant, traces, { signal: deadline.signal });
  return { traces: summaries, cursor, complete, reasons };
}

/** As {@link searchTraces}, without the summaries. */
export async function findMatchingTraces(request: SearchRequest, context: SearchContext): Promise<MatchingTraces> {
  const { store, limits } = context;
  const { tenant, query, order, limit } = request;
  const identity = searchIdentity(request);
  const from = request.cursor === undefined ? undefined : decodeCursor(request.cursor, identity);
  const window = from === undefined ? request.window : from.window;
  const search: TraceSearch = {
    tenant,
    conditions: queryConditions(query),
    order,
    ...(window && { window }),
    ...(from && { after: { key: from.key, traceId: from.traceId } }),
  };

  using deadline = startDeadline(limits.queryTimeoutMs, context.signal);
  const { signal } = deadline;
  const matches: TraceCandidate[] = [];
  const reasons: IncompletenessReason[] = [];
  let last: TraceCandidate | undefined;
  let more = false;
  let truncatedCount = 0;
  try {
    const pages = store.findTraces(search, { signal });
    for await (const checked of verifyCandidates(pages, { store, tenant, query, window, limits, signal })) {
      if (checked === 'candidate_limit') {
        reasons.push({
          code: 'candidate_limit',
          message: `${limits.maxCandidates} traces were read and checked, as many as one search may; continue with the cursor or narrow the search`,
        });
        more = true;
        break;
      }
      if (matches.length === limit) {
        more = true;
        break;
      }
      last = checked.candidate;
      if (checked.truncated) truncatedCount++;
      if (checked.matches) matches.push(checked.candidate);
    }
  } catch (error) {
    const timeIsUp = deadline.expired || (error instanceof CodedError && error.code === 'query_timeout');
    if (!timeIsUp || last === undefined) throw deadline.expired ? signal.reason : error;
    reasons.push({
      code: 'query_timeout',
      message: `The search was stopped after ${limits.queryTimeoutMs} ms; continue with the cursor or narrow the search`,
    });
    more = true;
  }
  reasons.push(...evictionReasons(store));
  if (truncatedCount > 0) {
    reasons.push({
      code: 'trace_truncated',
      message: `${truncatedCount} traces have more than ${limits.maxSpansPerTrace} spans and were checked by a part of them`,
    });
  }
  const cursor =
    more && last !== undefined
      ? encodeCursor({ order, window, key: orderKey(last, order), traceId: last.traceId }, identity)
      : undefined;
  return { traces: matches, cursor, complete: reasons.length === 0, reasons };
}

/** Of a trace in the store's order: its start (newest) or its duration (longest), in nanoseconds. */
function orderKey(trace: TraceCandidate, order: TraceOrder): bigint {
  return order === 'newest' ? trace.startTimeUnixNano : trace.endTimeUnixNano - trace.startTimeUnixNano;
}

function searchIdentity({ tenant, query, window, windowText, order }: SearchRequest): string {
  const windowIdentity = windowText ?? (window && `${window.fromUnixNano}..${window.toUnixNano}`) ?? '';
  return JSON.stringify([tenant, printQuery(query), windowIdentity, order]);
}
