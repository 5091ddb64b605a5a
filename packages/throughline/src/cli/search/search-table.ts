import { formatDuration } from '@throughline/model';
import type { TraceSummaryAnswer } from '@throughline/query/client';
import { formatCount } from '../terminal/count.ts';
import { formatLocalTime } from '../terminal/local-time.ts';
import { printable } from '../terminal/printable.ts';
import { serviceColour } from '../terminal/service-colour.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The result list. Start times are local. */
export function formatSearchTable(
  traces: readonly TraceSummaryAnswer[],
  { columns, colours }: Pick<Terminal, 'columns' | 'colours'>,
): string {
  const layout: readonly Column<TraceSummaryAnswer>[] = [
    { title: 'START', text: (trace) => formatLocalTime(BigInt(trace.start_time_unix_nano)) },
    {
      title: 'DURATION',
      text: (trace) => formatDuration(BigInt(trace.end_time_unix_nano) - BigInt(trace.start_time_unix_nano)),
      align: 'right',
    },
    { title: 'SPANS', text: (trace) => formatCount(trace.span_count), align: 'right' },
    {
      title: 'ERRORS',
      text: (trace) => formatCount(trace.error_count),
      align: 'right',
      paint: (text, trace) => (trace.error_count > 0 ? colours.red(text) : colours.dim(text)),
    },
    {
      title: 'ROOT',
      text: (trace) => `${printable(trace.root_service)}: ${printable(trace.root_operation)}`,
      shrinks: true,
      paint: (text, trace) => {
        const service = printable(trace.root_service);
        const paint = serviceColour(colours, trace.root_service);
        return text.startsWith(service) ? paint(service) + text.slice(service.length) : paint(text);
      },
    },
    { title: 'TRACE ID', text: (trace) => printable(trace.trace_id) },
  ];
  return formatTable(traces, layout, { columns, colours });
}
