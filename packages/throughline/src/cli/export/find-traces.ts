import type { QueryClient, SearchAnswer, SearchParameters } from '@throughline/query/client';
import { explainQueryErrors } from '../client/explain-query-errors.ts';
import { printable } from '../terminal/printable.ts';

const PAGE_SIZE = 200;

export interface TraceSearch {
  /** TraceQL as the user wrote it, to show where a mistake is. */
  readonly query: string | undefined;
  /** Traces at most; undefined: all. */
  readonly limit: number | undefined;
  readonly parameters: SearchParameters;
}

/** The ids of the traces that match, newest first, page by page; what may be missing is told in `failures`. */
export async function* findTraces(
  client: QueryClient,
  { query, limit, parameters }: TraceSearch,
  failures: string[],
): AsyncGenerator<string> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  let cursor: string | undefined;
  const reasons = new Set<string>();
  while (left > 0) {
    const answer: SearchAnswer = await explainQueryErrors(query, () =>
      client.searchTraces({
        ...parameters,
        limit: Math.min(left, PAGE_SIZE),
        cursor,
      }),
    );
    for (const trace of answer.traces) yield trace.trace_id;
    left -= answer.traces.length;
    if (!answer.complete) for (const { message } of answer.reasons) reasons.add(message);
    if (answer.cursor === null) break;
    if (answer.cursor === cursor) {
      failures.push('The search does not get any further: some traces may be missing.');
      break;
    }
    cursor = answer.cursor;
    // With a cursor the search goes on where time or candidates ran out, so nothing is missing.
    reasons.clear();
  }
  for (const reason of reasons) failures.push(`Incomplete: ${printable(reason)}`);
}
