import type { FetchQueryOptions, QueryClient } from '@tanstack/react-query';
import type { TraceColumns, TraceColumnsAnswer } from '@throughline/query/client';

import { backend } from '../api/backend.ts';

type TraceQuery = FetchQueryOptions<TraceColumnsAnswer, Error, TraceColumnsAnswer, readonly string[]>;

/** A trace's columns, for the page that shows them. */
export function traceQuery(traceId: string): TraceQuery {
  return {
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) => backend.getTraceColumns(traceId, { signal }),
    gcTime: 60_000,
    // The same trace again must not reset what is folded, zoomed and found.
    structuralSharing: (old, fresh) => {
      // The query function above is the only source of both.
      const [before, after] = [old, fresh] as [TraceColumnsAnswer | undefined, TraceColumnsAnswer];
      return before !== undefined && isSameTrace(before.columns, after.columns) ? before : after;
    },
  };
}

/**
 * Asks for the trace at once, while the code of its page is still on its way. Late spans may have come since the last
 * time: it is read again whenever its page is opened. Returns how to call it off.
 */
export function readTraceAhead(queries: QueryClient, traceId: string): () => void {
  const query = traceQuery(traceId);
  void queries.prefetchQuery({ ...query, staleTime: 0 });
  return () => void queries.cancelQueries({ queryKey: query.queryKey });
}

/** Spans never change once stored, so as many spans with as many bytes over the same time are the same spans. */
function isSameTrace(a: TraceColumns, b: TraceColumns): boolean {
  return (
    a.traceId === b.traceId &&
    a.spanCount === b.spanCount &&
    a.details.length === b.details.length &&
    a.startTimeUnixNano === b.startTimeUnixNano &&
    a.endTimeUnixNano === b.endTimeUnixNano
  );
}
