import type { TraceColumns } from '@throughline/model';
import { z } from 'zod';
import { id, instant, ms, type Row } from '../answer.ts';
import { defineTool, type McpTool, spanText } from '../tool.ts';
import { columnReasons, operationAt, rowOfSpan, serviceAt, spanRow } from '../trace-rows.ts';

/** More than fit into the largest answer; the rest is counted. */
const MAX_ROWS = 2_000;
const NANO_PER_MS = 1e6;

const input = {
  trace_id: spanText('Hex, 1 to 32 digits'),
  below_span_id: spanText('Only this span and what is below it').optional(),
  errors_only: z.boolean().default(false).describe('Only spans that failed'),
  min_duration_ms: z.number().min(0).optional().describe('Only spans that took at least as long'),
};

export const summarizeTraceTool: McpTool = defineTool({
  name: 'summarize_trace',
  title: 'Summarize one trace',
  description:
    'What one trace is: duration, services, and its spans as a tree in depth-first order with ids, services, operations ' +
    'and times. Of a large trace ask for failed or long spans, or for what is below one span.',
  input,
  async answer(asked, { client, links, signal }) {
    const { columns, incomplete } = await client.getTraceColumns(asked.trace_id, { signal });
    const services = new Map<string, { readonly service: string; span_count: number; error_count: number }>();
    let [errorCount, deepest] = [0, 0];
    for (let row = 0; row < columns.spanCount; row++) {
      const service = serviceAt(columns, row);
      const counts = services.get(service) ?? { service, span_count: 0, error_count: 0 };
      services.set(service, counts);
      const isError = columns.error[row] === 1;
      counts.span_count++;
      if (isError) counts.error_count++;
      if (isError) errorCount++;
      deepest = Math.max(deepest, columns.depth[row] ?? 0);
    }
    const spans = askedSpans(columns, asked);
    return {
      title: 'Summary of a trace',
      facts: {
        trace_id: id(columns.traceId),
        start_time: instant(columns.startTimeUnixNano),
        duration_ms: ms(Number(columns.endTimeUnixNano - columns.startTimeUnixNano)),
        root_service: serviceAt(columns, 0),
        root_operation: operationAt(columns, 0),
        span_count: columns.spanCount,
        error_count: errorCount,
        depth: deepest + 1,
        copy_count: columns.copyCount === 0 ? undefined : columns.copyCount,
        asked_span_count: spans.total,
      },
      sections: [
        {
          name: 'services',
          title: 'most spans first',
          rows: [...services.values()].toSorted((one, other) => other.span_count - one.span_count),
        },
        { name: 'spans', title: 'depth-first; offsets from the start of the trace', ...spans },
      ],
      links: { trace: links.trace(columns.traceId, asked.below_span_id) },
      reasons: columnReasons(incomplete),
      narrow: 'Ask with errors_only, min_duration_ms or below_span_id.',
    };
  },
});

interface AskedSpans {
  readonly below_span_id?: string | undefined;
  readonly errors_only: boolean;
  readonly min_duration_ms?: number | undefined;
}

function askedSpans(
  columns: TraceColumns,
  asked: AskedSpans,
): { readonly rows: readonly Row[]; readonly total: number } {
  const top = asked.below_span_id === undefined ? undefined : rowOfSpan(columns, asked.below_span_id);
  const end = top === undefined ? columns.spanCount : (columns.subtreeEnd[top] ?? columns.spanCount);
  const minNano = (asked.min_duration_ms ?? 0) * NANO_PER_MS;
  const rows: Row[] = [];
  let total = 0;
  for (let row = top ?? 0; row < end; row++) {
    if (asked.errors_only && columns.error[row] !== 1) continue;
    if ((columns.durationNano[row] ?? 0) < minNano) continue;
    total++;
    if (rows.length < MAX_ROWS) rows.push(spanRow(columns, row));
  }
  return { rows, total };
}
