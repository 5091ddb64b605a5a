import { SORT_KEYS, type SortKey } from '../in-worker/row-order.ts';

export interface TableSort {
  readonly key: SortKey;
  readonly descending: boolean;
}

export const startSort: TableSort = { key: 'start', descending: false };

/** `duration` is ascending, `-duration` descending; anything else is by start. */
export function parseSort(text: string | undefined): TableSort {
  const descending = text?.startsWith('-') === true;
  const key = SORT_KEYS.find((known) => known === text?.replace(/^-/, ''));
  return key === undefined ? startSort : { key, descending };
}

export function printSort({ key, descending }: TableSort): string | undefined {
  if (key === startSort.key && !descending) return undefined;
  return descending ? `-${key}` : key;
}

/** Another column sorts largest first (names smallest first), the same again turns it around. */
export function sortAfterClick(old: TableSort, key: SortKey): TableSort {
  if (old.key === key) return { key, descending: !old.descending };
  return { key, descending: key !== 'start' && key !== 'service' && key !== 'name' };
}
