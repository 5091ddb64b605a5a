import type { FetchQueryOptions, QueryClient } from '@tanstack/react-query';
import type { QueryClient as Client, TraceColumns } from '@throughline/query/client';

import { type DetailsArrival, receiveDetails } from './details-arrival.ts';

/** What the page of a trace shows. */
export interface OpenedTrace {
  readonly columns: TraceColumns;
  /** Codes of why the trace may be incomplete. */
  readonly incomplete: readonly string[];
  readonly arrival: DetailsArrival;
}

type Source = Pick<Client, 'openTraceColumns'>;
type TraceQuery = FetchQueryOptions<OpenedTrace, Error, OpenedTrace, readonly string[]>;

/** A trace's columns, for the page that shows them. */
export function traceQuery(traceId: string, from: Source): TraceQuery {
  return {
    queryKey: ['trace', traceId],
    queryFn: async ({ signal, client, queryKey }) => {
      const opened = await openTrace(from, traceId, signal);
      // The same trace again must not reset what is folded, zoomed and found. One of which a part did not come is replaced.
      const before = client.getQueryData<OpenedTrace>(queryKey);
      if (before === undefined || before.arrival.state().kind === 'failed') return opened;
      if (!isSameTrace(before.columns, opened.columns)) return opened;
      opened.arrival.cancel();
      return before;
    },
    gcTime: 60_000,
    // What it would compare are the columns, byte by byte.
    structuralSharing: false,
  };
}

async function openTrace(from: Source, traceId: string, signal: AbortSignal): Promise<OpenedTrace> {
  // The query's own signal says nothing any more once the trace can be shown.
  const call = new AbortController();
  const cancel = (): void => call.abort(new DOMException('The trace is closed', 'AbortError'));
  signal.addEventListener('abort', cancel, { once: true });
  const { columns, incomplete, ...rest } = await from.openTraceColumns(traceId, { signal: call.signal });
  return { columns, incomplete, arrival: receiveDetails(rest, cancel) };
}

/**
 * Asks for the trace at once, while the code of its page is still on its way. Late spans may have come since the last
 * time: it is read again whenever its page is opened. Returns how to call it off.
 */
export function readTraceAhead(queries: QueryClient, traceId: string, from: Source): () => void {
  const query = traceQuery(traceId, from);
  void queries.prefetchQuery({ ...query, staleTime: 0 });
  return () => {
    const { queryKey } = query;
    void queries.cancelQueries({ queryKey });
    const opened = queries.getQueryData<OpenedTrace>(queryKey);
    if (opened?.arrival.state().kind !== 'coming') return;
    opened.arrival.cancel();
    queries.removeQueries({ queryKey });
  };
}

/** Spans never change once stored, so the same ids over the same time are the same spans. */
function isSameTrace(a: TraceColumns, b: TraceColumns): boolean {
  return (
    a.traceId === b.traceId &&
    a.spanCount === b.spanCount &&
    a.startTimeUnixNano === b.startTimeUnixNano &&
    a.endTimeUnixNano === b.endTimeUnixNano &&
    isSame(a.spanId, b.spanId)
  );
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
