import { useSyncExternalStore } from 'react';

import { embeddedTrace } from '../portable/embedded-trace.ts';
import { EMBED_PARAMETER, pageMode } from './page-mode.ts';

/** Where the user is: the path below the app's root, always with a leading slash, and the query string's parameters. */
export interface AppLocation {
  readonly path: string;
  readonly search: string;
}

const listeners = new Set<() => void>();

/** The path of the app's root, from the page's `<base>`; ends in a slash. */
function rootPath(): string {
  return new URL(document.baseURI).pathname.replace(/[^/]*$/, '');
}

/** `/trace/1?span=2` as an address within the page's origin, whatever path the app is served under. */
export function hrefOf(to: string): string {
  // A file has no other addresses than its own; behind the hash it may say what it shows.
  if (embeddedTrace !== undefined) return `#${to}`;
  return rootPath() + to.replace(/^\//, '');
}

let current: AppLocation | undefined;

function addressInHash(traceId: string): AppLocation {
  const [path = '', ...search] = window.location.hash.slice(1).split('?');
  return path.startsWith('/')
    ? { path, search: search.length === 0 ? '' : `?${search.join('?')}` }
    : { path: `/trace/${traceId}`, search: '' };
}

function addressInUrl(): AppLocation {
  const { pathname, search } = window.location;
  const root = rootPath();
  return { path: `/${pathname.startsWith(root) ? pathname.slice(root.length) : pathname.replace(/^\//, '')}`, search };
}

function readLocation(): AppLocation {
  const { path, search } = embeddedTrace === undefined ? addressInUrl() : addressInHash(embeddedTrace.traceId);
  if (current === undefined || current.path !== path || current.search !== search) current = { path, search };
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

export function useLocation(): AppLocation {
  return useSyncExternalStore(subscribe, readLocation);
}

/** Goes to a place in the app; `replace` leaves no way back to where one was. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  const href = hrefOf(pageMode === 'embed' ? stillEmbedded(to) : to);
  if (options.replace === true) window.history.replaceState(null, '', href);
  else if (href !== currentHref()) window.history.pushState(null, '', href);
  for (const listener of listeners) listener();
}

function currentHref(): string {
  const { pathname, search, hash } = window.location;
  return embeddedTrace === undefined ? pathname + search : hash;
}

/** The frame shows the trace alone after a reload, too. */
function stillEmbedded(to: string): string {
  const [path = '', search = ''] = to.split('?');
  const parameters = new URLSearchParams(search);
  if (parameters.get(EMBED_PARAMETER) === '1') return to;
  parameters.set(EMBED_PARAMETER, '1');
  return `${path}?${parameters.toString()}`;
}
