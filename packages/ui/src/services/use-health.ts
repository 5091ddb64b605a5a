import { useQuery } from '@tanstack/react-query';
import type { PerformanceAnswer, Reason, ServiceHealthAnswer, WindowParameters } from '@throughline/query/client';
import { useMemo } from 'react';

import { backend } from '../api/backend.ts';

/** Services whose health is asked for at once; of a further one it is when its row is opened. */
const MAX_ASKED = 100;

/** A service's health with the window that it is of. */
export type WindowHealth = ServiceHealthAnswer & Pick<PerformanceAnswer, 'window'>;

export interface ServicesHealth {
  /** By the service's name, as far as it is known. */
  readonly byService: ReadonlyMap<string, WindowHealth>;
  readonly isPending: boolean;
  /** Why that of all services is not known. */
  readonly error: Error | null;
  /** Why that of some is not known. */
  readonly reasons: readonly Reason[];
  /** Why that of the opened service is not known. */
  readonly openedError: Error | null;
  readonly retry: () => void;
}

const none: readonly Reason[] = [];

/** How services do. */
export function useHealth(window: WindowParameters, opened: string | undefined): ServicesHealth {
  const all = useQuery({
    queryKey: ['health', window],
    queryFn: ({ signal }) => backend.serviceHealth({ ...window, limit: MAX_ASKED }, { signal }),
  });
  const { data } = all;
  const found = useMemo(
    () => new Map(data?.services.map((each) => [each.service, { ...each, window: data.window }])),
    [data],
  );
  const isFurther = opened !== undefined && !all.isPending && !found.has(opened);
  const further = useQuery({
    queryKey: ['health', opened, window],
    queryFn: ({ signal }) => backend.servicePerformance(opened ?? '', { ...window, limit: 1 }, { signal }),
    enabled: isFurther,
  });
  const byService = useMemo(() => {
    if (!isFurther || further.data === undefined) return found;
    return new Map([...found, [opened, further.data]]);
  }, [found, isFurther, opened, further.data]);
  return {
    byService,
    isPending: all.isPending,
    error: all.error,
    reasons: data?.reasons ?? none,
    openedError: isFurther ? further.error : null,
    retry: () => void all.refetch(),
  };
}
