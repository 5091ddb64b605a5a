import type { StatusAnswer } from '@throughline/query/client';

import type { TimeRange } from './time-range.ts';

export interface DataRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The stored data's range in whole seconds around it: what a time field can show. */
export function dataRange(window: NonNullable<StatusAnswer['data_window']>): DataRange {
  return {
    fromMs: Math.floor(window.start_time) * 1000,
    toMs: (Math.floor(window.end_time) + 1) * 1000,
  };
}

/** Whether the range is known to hold all that is stored. */
export function coversData(time: TimeRange, data: DataRange): boolean {
  if (time.kind === 'all') return true;
  if (time.kind === 'between') {
    return (time.fromMs ?? -Infinity) <= data.fromMs && (time.toMs ?? Infinity) >= data.toMs;
  }
  // A look-back ends now; whether it reaches the data's beginning is the server's arithmetic, so offer the range.
  return false;
}
