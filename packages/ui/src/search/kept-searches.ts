import { queryTextOf } from './form-query.ts';
import { searchFromUrl } from './search-state.ts';
import { createStored, type Stored } from './stored.ts';

/** A search under a name. The path is its address, with the time as it was asked: `since=1h` stays the last hour. */
export interface SavedSearch {
  readonly name: string;
  readonly path: string;
}

export const MAX_SAVED = 100;
const MAX_RECENT = 15;
/** Of a name, and of an address, in UTF-16 units. */
const MAX_LENGTH = 10_000;

export const savedSearches: Stored<readonly SavedSearch[]> = createStored<readonly SavedSearch[]>(
  'throughline.search.saved',
  [],
  (json) => (Array.isArray(json) ? json.flatMap((each: unknown) => savedSearch(each)).slice(0, MAX_SAVED) : undefined),
);

/** Addresses, the latest first. */
export const recentSearches: Stored<readonly string[]> = createStored<readonly string[]>(
  'throughline.search.recent',
  [],
  (json) => (Array.isArray(json) ? json.filter((each: unknown) => isPath(each)).slice(0, MAX_RECENT) : undefined),
);

function savedSearch(json: unknown): readonly SavedSearch[] {
  if (typeof json !== 'object' || json === null || !('name' in json) || !('path' in json)) return [];
  const { name, path } = json;
  if (typeof name !== 'string' || name === '' || name.length > MAX_LENGTH || !isPath(path)) return [];
  return [{ name, path }];
}

/** What is kept may have been written by anything: only this page's own addresses become links. */
function isPath(json: unknown): json is string {
  return typeof json === 'string' && /^\/search(?:\?|$)/.test(json) && json.length <= MAX_LENGTH;
}

/** With the search under the name, in place of the one that had it, by name. */
export function withSaved(saved: readonly SavedSearch[], search: SavedSearch): readonly SavedSearch[] {
  const rest = saved.filter(({ name }) => name !== search.name);
  return [...rest, search].toSorted((a, b) => a.name.localeCompare(b.name));
}

export function withRecent(recent: readonly string[], path: string): readonly string[] {
  return [path, ...recent.filter((each) => each !== path)].slice(0, MAX_RECENT);
}

/** The query of a search's address, for people; empty for everything. */
export function queryOfPath(path: string): string {
  return queryTextOf(searchFromUrl(path.slice('/search'.length)));
}
