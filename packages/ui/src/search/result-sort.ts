import type { ResultTrace } from './result-trace.ts';

/** What the traces that are loaded can be sorted by. */
export const SORT_KEYS = ['start', 'service', 'operation', 'duration', 'spans', 'errors', 'services'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** `-errors` for the most errors first, as the address has it. */
export function sortText({ key, descending }: Sort): string {
  return `${descending ? '-' : ''}${key}`;
}

export function parseSort(text: string | null): Sort | undefined {
  const match = /^(-?)(\w+)$/.exec(text ?? '');
  const key = SORT_KEYS.find((candidate) => candidate === match?.[2]);
  return key === undefined ? undefined : { key, descending: match?.[1] === '-' };
}

const COMPARE: Readonly<Record<SortKey, (a: ResultTrace, b: ResultTrace) => number>> = {
  start: (a, b) => a.startMs - b.startMs,
  service: (a, b) => a.rootService.localeCompare(b.rootService),
  operation: (a, b) => a.rootOperation.localeCompare(b.rootOperation),
  duration: (a, b) => a.durationNano - b.durationNano,
  spans: (a, b) => a.spanCount - b.spanCount,
  errors: (a, b) => a.errorCount - b.errorCount,
  services: (a, b) => a.services.length - b.services.length,
};

/** The traces in the order asked; equal ones stay as the server has them. */
export function sortTraces(traces: readonly ResultTrace[], sort: Sort | undefined): readonly ResultTrace[] {
  if (sort === undefined) return traces;
  const compare = COMPARE[sort.key];
  return traces.toSorted((a, b) => (sort.descending ? compare(b, a) : compare(a, b)));
}

/** What the rows of a search are sorted by. */
export function shownOrder({
  order,
  sort,
}: {
  readonly order: 'newest' | 'longest';
  readonly sort: Sort | undefined;
}): Sort {
  return sort ?? { key: order === 'newest' ? 'start' : 'duration', descending: true };
}

const BY_SERVER: Partial<Record<SortKey, 'newest' | 'longest'>> = { start: 'newest', duration: 'longest' };
const TEXT: ReadonlySet<SortKey> = new Set(['service', 'operation']);

/**
 * What a click on a column's head asks for: all traces newest or longest first where the server knows the order, else
 * the loaded ones, largest first; once more turns it around.
 */
export function sortBy<T extends { readonly order: 'newest' | 'longest'; readonly sort: Sort | undefined }>(
  state: T,
  key: SortKey,
): T {
  const shown = shownOrder(state);
  const turned = shown.key === key;
  const byServer = BY_SERVER[key];
  if (byServer !== undefined && (!turned || !shown.descending)) return { ...state, order: byServer, sort: undefined };
  return { ...state, sort: { key, descending: turned ? !shown.descending : !TEXT.has(key) } };
}
