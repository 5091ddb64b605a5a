import { printQuery, spanFilter } from '@throughline/traceql';

import { parseDuration } from '../format/duration.ts';
import type { SearchState } from './search-state.ts';

/** What the form asks for as a query's text; undefined while a field makes no sense. */
export function queryTextOf(state: SearchState): string | undefined {
  const minNano = state.minDuration === '' ? undefined : parseDuration(state.minDuration);
  const maxNano = state.maxDuration === '' ? undefined : parseDuration(state.maxDuration);
  if (state.minDuration !== '' && minNano === undefined) return undefined;
  if (state.maxDuration !== '' && maxNano === undefined) return undefined;
  return printQuery(
    spanFilter({
      ...(state.service !== '' && { service: state.service }),
      ...(state.operation !== '' && { operation: state.operation }),
      tags: state.tags.map(({ key, value }) => [key, value] as const),
      ...(minNano !== undefined && { minTraceDurationNano: BigInt(Math.round(minNano)) }),
      ...(maxNano !== undefined && { maxTraceDurationNano: BigInt(Math.round(maxNano)) }),
    }),
  );
}
