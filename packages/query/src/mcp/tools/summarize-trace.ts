import { z } from 'zod';
import { id, instant, ms, type Row } from '../answer.ts';
import { defineTool, type McpTool, spanText } from '../tool.ts';
import { rowOfSpan, spanRow } from '../trace-rows.ts';

/** Spans that are written before the budget decides; the rest is counted. */
const MAX_ROWS = 2_000;
const MAX_SERVICES = 100;
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
    const [summary, { columns }] = await Promise.all([
      client.analyzeTrace(asked.trace_id, { limit: MAX_SERVICES }, { signal }),
      client.getTraceColumns(asked.trace_id, { signal }),
    ]);
    const top = asked.below_span_id === undefined ? undefined : rowOfSpan(columns, asked.below_span_id);
    const end = top === undefined ? columns.spanCount : (columns.subtreeEnd[top] ?? columns.spanCount);
    const minNano = (asked.min_duration_ms ?? 0) * NANO_PER_MS;
    const spans: Row[] = [];
    let matching = 0;
    for (let row = top ?? 0; row < end; row++) {
      const isAsked = (!asked.errors_only || columns.error[row] === 1) && (columns.durationNano[row] ?? 0) >= minNano;
      if (!isAsked) continue;
      matching++;
      if (spans.length < MAX_ROWS) spans.push(spanRow(columns, row));
    }
    return {
      title: 'Summary of a trace',
      facts: {
        trace_id: id(summary.trace_id),
        start_time: instant(columns.startTimeUnixNano),
        duration_ms: ms(summary.duration_nano),
        root_service: summary.root_service,
        root_operation: summary.root_operation,
        span_count: summary.span_count,
        error_count: summary.error_count,
        depth: summary.depth,
        spans_asked_for: matching,
      },
      sections: [
        {
          name: 'services',
          title: 'by time on the critical path',
          rows: summary.services.map((each) => ({
            service: each.service,
            span_count: each.span_count,
            error_count: each.error_count,
            critical_ms: ms(each.critical_nano),
            self_ms: ms(each.self_nano),
          })),
        },
        { name: 'spans', title: 'depth-first; offsets from the start of the trace', rows: spans },
      ],
      links: { trace: links.trace(summary.trace_id, asked.below_span_id) },
      reasons: summary.reasons,
      narrow: 'Ask with errors_only, min_duration_ms or below_span_id.',
    };
  },
});
