import { counted } from '../terminal/count.ts';
import type { Report } from './report.ts';
import { utcTime } from './words.ts';

/** What the report is about, and who chose the window. */
export function windowText({ window, trace_count: traces, services, omitted_services: omitted }: Report): string {
  const chosen = {
    request: 'as asked',
    last_hour: 'the last hour, as no window was given',
    last_hour_of_data: 'the last hour of the stored data, as no window was given and nothing is newer',
  }[window.chosen];
  const count = traces === null ? '' : `; ${counted(traces, 'trace')}`;
  const names = services.length + omitted.length;
  return `${utcTime(window.start_time)} to ${utcTime(window.end_time)} UTC (${chosen})${count}, ${counted(names, 'service')}`;
}
