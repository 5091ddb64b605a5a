import { useMemo } from 'react';

import { navigate, useLocation } from './location.ts';
import { withParameters } from './routes.ts';

/** Sets parameters of the address, removes those that are undefined or empty, and keeps the others. */
export type ChangeParameters = (
  changes: Readonly<Record<string, string | undefined>>,
  options?: { readonly replace?: boolean },
) => void;

/** The parameters of the page's address, and how to change some of them. */
export function useParameters(): readonly [URLSearchParams, ChangeParameters] {
  const { path, search } = useLocation();
  const parameters = useMemo(() => new URLSearchParams(search), [search]);
  const change: ChangeParameters = (changes, options) => {
    const next = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined || value === '') next.delete(name);
      else next.set(name, value);
    }
    navigate(withParameters(path, next), options);
  };
  return [parameters, change];
}
