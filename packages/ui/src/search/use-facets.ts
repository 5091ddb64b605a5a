import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { FacetsAnswer } from '@throughline/query/client';

import { backend } from '../api/backend.ts';
import { selectionParameters, type SearchState } from './search-state.ts';

/** Values of each facet. */
const FACET_VALUES = 6;

/** What values the spans that are searched for have. */
export function useFacets(state: SearchState, enabled: boolean): UseQueryResult<FacetsAnswer> {
  const parameters = selectionParameters(state);
  return useQuery({
    queryKey: ['facets', parameters],
    queryFn: ({ signal }) => backend.facets({ ...parameters, limit: FACET_VALUES }, { signal }),
    enabled,
    // Those of the search before stand until the new ones come.
    placeholderData: keepPreviousData,
  });
}
