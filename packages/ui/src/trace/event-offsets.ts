import type { DetailsReader } from './span-details.ts';
import type { TraceView } from './trace-view.ts';

/** More events than this in one bar are not ticks any more. */
const MAX_TICKS = 200;

/**
 * Offsets of a span's events from the trace's start, as the waterfall needs them for the rows on screen; none before they
 * have come.
 */
export function eventOffsetsOf(
  view: Pick<TraceView, 'columns' | 'state'>,
  details: DetailsReader,
): (row: number) => readonly number[] {
  const { columns } = view;
  return (row) => {
    if (details.presence(row) !== 'here') return [];
    // An event moves along with its span where the clocks are corrected.
    const shift = (view.state().times.startOffsetNano[row] ?? 0) - (columns.startOffsetNano[row] ?? 0);
    return details
      .span(row)
      .events.slice(0, MAX_TICKS)
      .map((event) => Number(event.timeUnixNano - columns.startTimeUnixNano) + shift);
  };
}
