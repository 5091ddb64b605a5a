import type { PageName } from '../navigation/routes.ts';

export interface NavigationEntry {
  readonly page: PageName | 'search';
  readonly label: string;
  /** The letter that goes there, pressed after `g`. */
  readonly key: string;
}

/** The pages in the order of the top bar. */
export const NAVIGATION: readonly NavigationEntry[] = [
  { page: 'search', label: 'Search', key: 's' },
  { page: 'services', label: 'Services', key: 'v' },
  { page: 'map', label: 'Map', key: 'm' },
  { page: 'insights', label: 'Insights', key: 'i' },
  { page: 'compare', label: 'Compare', key: 'c' },
  { page: 'status', label: 'Status', key: 't' },
];

export function pageOfKey(entries: readonly NavigationEntry[], key: string): NavigationEntry['page'] | undefined {
  return entries.find((entry) => entry.key === key)?.page;
}
