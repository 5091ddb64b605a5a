import { useQuery } from '@tanstack/react-query';
import type { WindowParameters } from '@throughline/query/client';

import { backend } from '../api/backend.ts';
import { timeRangeParameters, type TimeRange } from './time-range.ts';

/**
 * The range as analyses take it: without a window they choose one themselves, so "all time" is where the data is.
 * Undefined until that is known.
 */
export function useWindow(time: TimeRange): WindowParameters | undefined {
  const isAll = time.kind === 'all';
  const status = useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => backend.status({ signal }),
    enabled: isAll,
  });
  if (!isAll) return timeRangeParameters(time);
  if (status.isPending) return undefined;
  const data = status.data?.data_window ?? undefined;
  return data === undefined ? {} : { start_time: data.start_time, end_time: Math.ceil(data.end_time) };
}
