import type { HealthAnswer, RedGroupAnswer } from '@throughline/query/client';

export const SERVICE_COLUMNS = ['name', 'health', 'rate', 'errors', 'p50', 'p95', 'p99'] as const;
export type ServiceColumn = (typeof SERVICE_COLUMNS)[number];

export interface ServiceSort {
  readonly column: ServiceColumn;
  readonly descending: boolean;
}

/** What a first click on a column's head sorts by: names from A on, ill services first, large numbers first. */
export function firstSort(column: ServiceColumn): ServiceSort {
  return { column, descending: column !== 'name' && column !== 'health' };
}

const INITIAL_SORT: ServiceSort = firstSort('rate');

/** `sort=errors`, or `sort=-errors` the other way round than the first click; nothing for what is as at first. */
export function sortFromUrl(text: string | null): ServiceSort {
  const isTurned = text?.startsWith('-') === true;
  const column = SERVICE_COLUMNS.find((name) => name === (isTurned ? text?.slice(1) : text));
  if (column === undefined) return INITIAL_SORT;
  const sort = firstSort(column);
  return isTurned ? { ...sort, descending: !sort.descending } : sort;
}

export function sortToUrl({ column, descending }: ServiceSort): string | undefined {
  const first = firstSort(column);
  if (first.descending !== descending) return `-${column}`;
  return column === INITIAL_SORT.column ? undefined : column;
}

/** The sort after a click on a column's head. */
export function nextSort(sort: ServiceSort, column: ServiceColumn): ServiceSort {
  return sort.column === column ? { column, descending: !sort.descending } : firstSort(column);
}

/** Sorted, those without a value at the end either way; equal ones by name. */
export function sortGroups(
  groups: readonly RedGroupAnswer[],
  { column, descending }: ServiceSort,
  healthOf: (group: RedGroupAnswer) => HealthAnswer | null | undefined,
  nameOf: (group: RedGroupAnswer) => string,
): readonly RedGroupAnswer[] {
  const valueOf = (group: RedGroupAnswer): number | undefined => {
    switch (column) {
      case 'name':
        return undefined;
      case 'health':
        return healthOf(group)?.score;
      case 'rate':
        return group.requests_per_second;
      case 'errors':
        return group.error_rate;
      case 'p50':
        return group.durations?.p50_nano;
      case 'p95':
        return group.durations?.p95_nano;
      case 'p99':
        return group.durations?.p99_nano;
    }
  };
  const byName = (a: RedGroupAnswer, b: RedGroupAnswer): number => nameOf(a).localeCompare(nameOf(b), 'en');
  return groups.toSorted((a, b) => {
    if (column === 'name') return descending ? byName(b, a) : byName(a, b);
    const [x, y] = [valueOf(a), valueOf(b)];
    if (x === undefined || y === undefined) return x === y ? byName(a, b) : x === undefined ? 1 : -1;
    return (descending ? y - x : x - y) || byName(a, b);
  });
}
