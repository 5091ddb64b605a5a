import { useMemo } from 'react';

import { navigate, useLocation } from '../navigation/location.ts';
import { withParameters } from '../navigation/routes.ts';
import { addTimeRange, type TimeRange, timeRangeFromUrl } from './time-range.ts';

/** The page's time range, which is in its address; setting it keeps the address's other parameters. */
export function useTimeRange(): readonly [TimeRange, (time: TimeRange) => void] {
  const { path, search } = useLocation();
  const time = useMemo(() => timeRangeFromUrl(new URLSearchParams(search)), [search]);
  const setTime = (next: TimeRange): void => {
    const parameters = new URLSearchParams(search);
    addTimeRange(parameters, next);
    navigate(withParameters(path, parameters));
  };
  return [time, setTime];
}
