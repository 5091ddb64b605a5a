import type { SearchParameters } from '@throughline/query/client';
import { type Window, windowParameters } from '../client/time-options.ts';

/** The options that say which traces, of `search` and `export`. */
export interface FilterOptions {
  readonly service?: string;
  readonly operation?: string;
  readonly tag?: readonly string[];
  readonly minDuration?: string;
  readonly maxDuration?: string;
}

export function searchParameters(query: string | undefined, filter: FilterOptions, window: Window): SearchParameters {
  return {
    q: query,
    service: filter.service,
    operation: filter.operation,
    tags: filter.tag ?? [],
    min_duration: filter.minDuration,
    max_duration: filter.maxDuration,
    ...windowParameters(window),
  };
}
