import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import type { SearchAnswer } from '@throughline/query/client';
import { useCallback, useMemo } from 'react';

import { backend } from '../api/backend.ts';
import { limitConcurrency } from '../api/limit-concurrency.ts';
import { valueText } from './first-value.ts';
import type { ResultTrace, TraceAttributes } from './result-trace.ts';
import { searchToParameters, type SearchState } from './search-state.ts';
import { type FoundPage, resultTrace, type SearchResults } from './use-search.ts';

const oneOfFew = limitConcurrency(2);
const noAttributes: ReadonlyMap<string, string> = new Map();
const nothing: SearchResults = { pages: [], cursors: [], reasons: [] };

/** Attributes by trace. */
type Listed = ReadonlyMap<string, ReadonlyMap<string, string>>;
/** Of a page's traces: not asked for, on their way, or what was answered. */
type Further = 'none' | 'coming' | Listed;

/**
 * The traces of a search with the attributes `select`. Those that its pages came without are asked for page by page, so
 * that another column takes neither the pages nor the place in them. `isOther` says that the results are those of the
 * search before.
 */
export function useFoundTraces(
  state: SearchState,
  key: string,
  results: SearchResults | undefined,
  isOther: boolean,
  select: readonly string[],
): readonly ResultTrace[] {
  const { pages, cursors } = results ?? nothing;
  const lacking = pages.map(({ selected }) => select.filter((attribute) => !selected.includes(attribute)));
  const further = useQueries({
    queries: pages.map(({ answeredMs }, index) => {
      const missing = lacking[index] ?? [];
      const cursor = cursors[index];
      return {
        queryKey: ['search-attributes', key, cursor, answeredMs, missing],
        enabled: !isOther && missing.length > 0,
        queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<Listed> => {
          const parameters = { ...searchToParameters(state), select: missing, ...(cursor !== undefined && { cursor }) };
          const answer = await oneOfFew(() => backend.searchTraces(parameters, { signal }), signal);
          return new Map(
            answer.traces.flatMap((found) => {
              const listed = listedOf(found);
              return listed === undefined ? [] : [[found.trace_id, listed] as const];
            }),
          );
        },
      };
    }),
    combine: useCallback(
      (queries: readonly UseQueryResult<Listed>[]): readonly Further[] =>
        queries.map(
          ({ data, isPending, fetchStatus }) => data ?? (isPending && fetchStatus !== 'idle' ? 'coming' : 'none'),
        ),
      [],
    ),
  });
  const isLacking = lacking.map((missing) => missing.length > 0).join();
  return useMemo(() => {
    const lacks = isLacking.split(',');
    return pages.flatMap((page, index) =>
      tracesOf(page, lacks[index] !== 'true' ? undefined : isOther ? 'coming' : (further[index] ?? 'coming')),
    );
  }, [pages, further, isLacking, isOther]);
}

/** `further` is undefined where the page has all that is wanted. */
function tracesOf({ answer, selected }: FoundPage, further: Further | undefined): readonly ResultTrace[] {
  return answer.traces.map((found) => {
    const own = selected.length === 0 ? noAttributes : listedOf(found);
    const attributes = attributesOf(found, own, further);
    return { ...resultTrace(found), ...(attributes !== undefined && { attributes }) };
  });
}

/** Where one of both is not known, all of them are read from the trace. */
function attributesOf(
  found: SearchAnswer['traces'][number],
  own: ReadonlyMap<string, string> | undefined,
  further: Further | undefined,
): TraceAttributes | undefined {
  if (further === 'coming') return 'coming';
  if (own === undefined || further === undefined) return own;
  const more = further === 'none' ? undefined : further.get(found.trace_id);
  return more === undefined ? undefined : new Map([...own, ...more]);
}

/** Of a trace that was too large, or for which there was no time, the search answers no attributes. */
function listedOf({ attributes }: SearchAnswer['traces'][number]): ReadonlyMap<string, string> | undefined {
  if (attributes === undefined) return undefined;
  return new Map(Object.entries(attributes).map(([name, value]) => [name, valueText(value)]));
}
