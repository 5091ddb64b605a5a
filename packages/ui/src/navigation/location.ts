import { useSyncExternalStore } from 'react';

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
  return rootPath() + to.replace(/^\//, '');
}

let current: AppLocation | undefined;

function readLocation(): AppLocation {
  const { pathname, search } = window.location;
  const root = rootPath();
  const path = `/${pathname.startsWith(root) ? pathname.slice(root.length) : pathname.replace(/^\//, '')}`;
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
  const href = hrefOf(to);
  if (options.replace === true) window.history.replaceState(null, '', href);
  else if (href !== window.location.pathname + window.location.search) window.history.pushState(null, '', href);
  for (const listener of listeners) listener();
}
