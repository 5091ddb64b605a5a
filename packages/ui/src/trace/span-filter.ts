import type { TraceColumns } from '@throughline/model';

import { KIND_WORDS } from './in-worker/statistics.ts';

/** What is left out of the views. Empty lists and 0 leave out nothing. */
export interface SpanFilter {
  readonly services: readonly string[];
  /** Words of {@link KIND_WORDS}. */
  readonly kinds: readonly string[];
  /** Spans shorter than this. */
  readonly minDurationNano: number;
  /** All that does not match what is searched for. */
  readonly onlyMatches: boolean;
}

export const nothingFiltered: SpanFilter = { services: [], kinds: [], minDurationNano: 0, onlyMatches: false };

export function isFiltering({ services, kinds, minDurationNano, onlyMatches }: SpanFilter): boolean {
  return services.length > 0 || kinds.length > 0 || minDurationNano > 0 || onlyMatches;
}

/**
 * One byte a span, 1 where it is left out; undefined if nothing is. Whatever is asked, the row that is shown as root
 * stays. `matches` are those of the search, where `onlyMatches` asks for them.
 */
export function hiddenBy(
  columns: TraceColumns,
  filter: SpanFilter,
  root = -1,
  matches?: Uint8Array,
): Uint8Array | undefined {
  const services = new Set(filter.services);
  const isServiceHidden = columns.strings.map((string) => services.has(string));
  const isKindHidden = KIND_WORDS.map((word) => filter.kinds.includes(word));
  const only = filter.onlyMatches ? matches : undefined;
  const hidden = new Uint8Array(columns.spanCount);
  let count = 0;
  for (let row = 0; row < columns.spanCount; row++) {
    if (
      row !== root &&
      (isServiceHidden[columns.service[row] ?? 0] === true ||
        isKindHidden[columns.kind[row] ?? 0] === true ||
        (columns.durationNano[row] ?? 0) < filter.minDurationNano ||
        (only !== undefined && only[row] !== 1))
    ) {
      hidden[row] = 1;
      count++;
    }
  }
  return count === 0 ? undefined : hidden;
}
