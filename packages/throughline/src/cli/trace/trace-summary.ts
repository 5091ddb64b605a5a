import { formatDuration, type TraceColumns } from '@throughline/model';
import { formatCount } from '../terminal/count.ts';
import { printable } from '../terminal/printable.ts';
import { serviceColour } from '../terminal/service-colour.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The spans of one operation of one service in a trace. */
export interface OperationSummary {
  readonly service: string;
  readonly operation: string;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Sum of the spans' durations; spans that overlap count each. */
  readonly totalNano: number;
}

/** By total duration, longest first, then by name. */
export function summarize(columns: TraceColumns): readonly OperationSummary[] {
  interface Sums {
    service: string;
    operation: string;
    spanCount: number;
    errorCount: number;
    totalNano: number;
  }
  const groups = new Map<number, Sums>();
  for (let row = 0; row < columns.spanCount; row++) {
    const service = columns.service[row] ?? 0;
    const name = columns.name[row] ?? 0;
    // Indices are below 2^26 for any trace that fits in memory, so the pair is an exact number.
    const key = service * 2 ** 26 + name;
    let group = groups.get(key);
    if (group === undefined) {
      const [serviceText = '', operation = ''] = [columns.strings[service], columns.strings[name]];
      group = { service: serviceText, operation, spanCount: 0, errorCount: 0, totalNano: 0 };
      groups.set(key, group);
    }
    group.spanCount++;
    group.errorCount += columns.error[row] ?? 0;
    group.totalNano += columns.durationNano[row] ?? 0;
  }
  return [...groups.values()].toSorted(
    (a, b) => b.totalNano - a.totalNano || compare(a.service, b.service) || compare(a.operation, b.operation),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function formatSummary(
  columns: TraceColumns,
  { columns: screen, colours }: Pick<Terminal, 'columns' | 'colours'>,
): string {
  const layout: readonly Column<OperationSummary>[] = [
    {
      title: 'SERVICE',
      text: ({ service }) => printable(service),
      paint: (text, { service }) => serviceColour(colours, service)(text),
    },
    { title: 'OPERATION', text: ({ operation }) => printable(operation), shrinks: true },
    { title: 'SPANS', text: ({ spanCount }) => formatCount(spanCount), align: 'right' },
    {
      title: 'ERRORS',
      text: ({ errorCount }) => formatCount(errorCount),
      align: 'right',
      paint: (text, { errorCount }) => (errorCount > 0 ? colours.red(text) : colours.dim(text)),
    },
    { title: 'TOTAL', text: ({ totalNano }) => formatDuration(totalNano), align: 'right' },
    { title: 'AVERAGE', text: ({ totalNano, spanCount }) => formatDuration(totalNano / spanCount), align: 'right' },
  ];
  return formatTable(summarize(columns), layout, { columns: screen, colours });
}

const NANO_PER_SECOND = 1e9;

/** The same for scripts, in the API's words: durations in seconds. */
export function summaryJson(columns: TraceColumns, incomplete: readonly string[]): object {
  return {
    trace_id: columns.traceId,
    duration: Number(columns.endTimeUnixNano - columns.startTimeUnixNano) / NANO_PER_SECOND,
    span_count: columns.spanCount,
    operations: summarize(columns).map(({ service, operation, spanCount, errorCount, totalNano }) => ({
      service,
      operation,
      span_count: spanCount,
      error_count: errorCount,
      total_duration: totalNano / NANO_PER_SECOND,
      average_duration: totalNano / spanCount / NANO_PER_SECOND,
    })),
    complete: incomplete.length === 0,
    reasons: incomplete,
  };
}
