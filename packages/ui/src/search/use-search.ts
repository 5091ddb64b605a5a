import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  type UseInfiniteQueryResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { HeatMapAnswer, Reason, SearchAnswer, StatusAnswer, TraceSummaryAnswer } from '@throughline/query/client';

import { backend } from '../api/backend.ts';
import type { ResultTrace } from './result-trace.ts';
import { populationParameters, searchToParameters, type SearchState } from './search-state.ts';

/** A page of a search as it was answered. */
export interface FoundPage {
  readonly answer: SearchAnswer;
  /** The attributes that were asked for with it. */
  readonly selected: readonly string[];
  /** Since the epoch; tells a page from what it was before it was asked for again. */
  readonly answeredMs: number;
}

export interface SearchResults {
  readonly pages: readonly FoundPage[];
  /** What each page was asked for with; undefined is the first one's. */
  readonly cursors: readonly (string | undefined)[];
  readonly reasons: readonly Reason[];
}

/**
 * The traces that a search finds, page by page. Attributes in `select` come with them, but other ones are no other search:
 * `useFoundTraces` asks for those. `key` is the search's address.
 */
export function useSearch(
  state: SearchState,
  key: string,
  select: readonly string[],
  enabled: boolean,
): UseInfiniteQueryResult<SearchResults> {
  return useInfiniteQuery({
    enabled,
    queryKey: ['search', key],
    queryFn: async ({ pageParam, signal }): Promise<FoundPage> => ({
      answer: await backend.searchTraces(
        { ...searchToParameters(state), select, ...(pageParam !== undefined && { cursor: pageParam }) },
        { signal },
      ),
      selected: select,
      answeredMs: Date.now(),
    }),
    // Those of the search before stay in sight, dimmed, until the new ones come.
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ answer }) => answer.cursor ?? undefined,
    select: resultsOf,
  });
}

function resultsOf({ pages, pageParams }: InfiniteData<FoundPage, string | undefined>): SearchResults {
  return { pages, cursors: pageParams, reasons: pages.flatMap(({ answer }) => answer.reasons) };
}

export function resultTrace(summary: TraceSummaryAnswer): ResultTrace {
  return {
    traceId: summary.trace_id,
    rootService: summary.root_service,
    rootOperation: summary.root_operation,
    services: summary.services,
    startMs: summary.start_time * 1000,
    durationNano: Number(BigInt(summary.end_time_unix_nano) - BigInt(summary.start_time_unix_nano)),
    spanCount: summary.span_count,
    errorCount: summary.error_count,
  };
}

const MAP_COLUMNS = 96;
const MAP_ROWS = 24;

/** The spans that the search asks for by start and duration, whatever part of them is selected. */
export function useHeatMap(state: SearchState, enabled: boolean): UseQueryResult<HeatMapAnswer> {
  const parameters = populationParameters(state);
  return useQuery({
    queryKey: ['heat-map', parameters],
    queryFn: ({ signal }) => backend.heatMap({ ...parameters, columns: MAP_COLUMNS, rows: MAP_ROWS }, { signal }),
    enabled,
    placeholderData: keepPreviousData,
  });
}

export function useServices(): UseQueryResult<readonly string[]> {
  return useQuery({ queryKey: ['services'], queryFn: ({ signal }) => backend.services({}, { signal }) });
}

export function useOperations(service: string): UseQueryResult<readonly string[]> {
  return useQuery({
    queryKey: ['operations', service],
    queryFn: ({ signal }) => backend.operations(service, {}, { signal }),
    enabled: service !== '',
  });
}

export function useStatus(enabled: boolean): UseQueryResult<StatusAnswer> {
  return useQuery({ queryKey: ['status'], queryFn: ({ signal }) => backend.status({ signal }), enabled });
}
