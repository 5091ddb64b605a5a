import { useQueries } from '@tanstack/react-query';
import type { PerformanceAnswer, WindowParameters } from '@throughline/query/client';

import { backend } from '../api/backend.ts';
import { limitConcurrency } from '../api/limit-concurrency.ts';

/** Services whose health is asked for by itself; of further ones it is when their row is opened. */
const MAX_ASKED = 100;
/** The server has better to do than to answer a hundred of these at once. */
const oneOfFew = limitConcurrency(3);

/** How services do, by name, as the answers come in. A service whose answer failed is left out. */
export function useHealth(
  services: readonly string[],
  window: WindowParameters | undefined,
  opened: string | undefined,
): ReadonlyMap<string, PerformanceAnswer> {
  const asked = services.slice(0, MAX_ASKED);
  if (opened !== undefined && services.includes(opened) && !asked.includes(opened)) asked.push(opened);
  return useQueries({
    queries: asked.map((service) => ({
      queryKey: ['health', service, window],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        oneOfFew(() => backend.servicePerformance(service, { ...window, limit: 1 }, { signal }), signal),
      enabled: window !== undefined,
    })),
    combine: (results) => {
      const found = new Map<string, PerformanceAnswer>();
      for (const { data } of results) if (data !== undefined) found.set(data.service, data);
      return found;
    },
  });
}
