import { useQuery } from '@tanstack/react-query';
import type { PerformanceAnswer, ServiceHealthAnswer, WindowParameters } from '@throughline/query/client';
import { useMemo } from 'react';

import { backend } from '../api/backend.ts';

/** Services whose health is asked for at once; of a further one it is when its row is opened. */
const MAX_ASKED = 100;

/** A service's health with the window that it is of. */
export type WindowHealth = ServiceHealthAnswer & Pick<PerformanceAnswer, 'window'>;

/** How services do, by name, once that is known. */
export function useHealth(window: WindowParameters, opened: string | undefined): ReadonlyMap<string, WindowHealth> {
  const all = useQuery({
    queryKey: ['health', window],
    queryFn: ({ signal }) => backend.serviceHealth({ ...window, limit: MAX_ASKED }, { signal }),
  });
  const found = useMemo(() => {
    const { data } = all;
    return new Map(data?.services.map((each) => [each.service, { ...each, window: data.window }]));
  }, [all]);
  const isFurther = opened !== undefined && !all.isPending && !found.has(opened);
  const further = useQuery({
    queryKey: ['health', opened, window],
    queryFn: ({ signal }) => backend.servicePerformance(opened ?? '', { ...window, limit: 1 }, { signal }),
    enabled: isFurther,
  });
  return useMemo(() => {
    if (!isFurther || further.data === undefined) return found;
    return new Map([...found, [opened, further.data]]);
  }, [found, isFurther, opened, further.data]);
}
