import { useCallback, useEffect, useState } from 'react';

import type { TraceView } from './trace-view.ts';

/** Names of the attributes of a trace, none until they are asked for and have come. */
export function useAttributeNames(view: TraceView): readonly [names: readonly string[], load: () => void] {
  const [known, setKnown] = useState<{ readonly view: TraceView; readonly names: readonly string[] }>();
  // Another view of the trace may have other attributes.
  const [wantedOf, setWantedOf] = useState<TraceView>();
  useEffect(() => {
    if (wantedOf !== view) return undefined;
    const abort = new AbortController();
    view.work.run('attributeNames', {}, { signal: abort.signal }).then(
      (names) => setKnown({ view, names }),
      // Without them there is one way less to choose a colour.
      () => undefined,
    );
    return () => abort.abort();
  }, [view, wantedOf]);
  return [known?.view === view ? known.names : [], useCallback(() => setWantedOf(view), [view])];
}
