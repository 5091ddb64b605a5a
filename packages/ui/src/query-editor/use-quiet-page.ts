import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { whenIdle } from './when-idle.ts';

/** Whether the page has been at rest once since it came: every answer it waited for is there, and the browser is idle. */
export function useQuietPage(): boolean {
  const queries = useQueryClient();
  const isFetching = useIsFetching() > 0;
  const [wasQuiet, setWasQuiet] = useState(false);
  useEffect(() => {
    if (isFetching || wasQuiet) return undefined;
    return whenIdle(() => {
      // What was asked meanwhile comes first; its answer brings us here again.
      if (queries.isFetching() === 0) setWasQuiet(true);
    });
  }, [queries, isFetching, wasQuiet]);
  return wasQuiet;
}
