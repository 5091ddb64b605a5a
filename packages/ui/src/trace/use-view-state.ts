import { useSyncExternalStore } from 'react';

import type { TraceView, TraceViewState } from './trace-view.ts';

/** A part of the view's state; the component renders again only when that part changes (by identity). */
export function useViewState<T>(view: TraceView, select: (state: TraceViewState) => T): T {
  return useSyncExternalStore(view.subscribe, () => select(view.state()));
}
