import { formatDuration, type TraceColumns } from '@throughline/model';
import { counted } from '../terminal/count.ts';
import { formatLocalTime } from '../terminal/local-time.ts';
import type { Colours } from '../terminal/terminal.ts';

/** Two lines: the trace id; start, duration and what is in it. */
export function formatTraceHeading(columns: TraceColumns, colours: Colours): string {
  const services = new Set(columns.service.subarray(0, columns.spanCount)).size;
  let errors = 0;
  for (let row = 0; row < columns.spanCount; row++) errors += columns.error[row] ?? 0;
  const facts = [
    formatLocalTime(columns.startTimeUnixNano),
    colours.bold(formatDuration(columns.endTimeUnixNano - columns.startTimeUnixNano)),
    counted(columns.spanCount, 'span'),
    counted(services, 'service'),
    errors === 0 ? 'no errors' : colours.red(counted(errors, 'error')),
  ];
  return `Trace ${colours.bold(columns.traceId)}\n${facts.join(' · ')}`;
}
