import { z } from 'zod';
import { ms, whole } from '../answer.ts';
import { linkWindow, traceRow, windowFacts } from '../answer-parts.ts';
import { count, defineTool, type McpTool, spanText, timeText, windowInput } from '../tool.ts';

const MAX_TRACES = 200;
const DEFAULT_TRACES = 20;

const input = {
  service: spanText('Slow requests of this service, instead of slow traces').optional(),
  operation: spanText('Only requests with this name; needs service').optional(),
  above: timeText('What takes longer is slow: 500ms; 1s by default'),
  percentile: z
    .union([z.literal(50), z.literal(75), z.literal(90), z.literal(95), z.literal(99), z.literal(99.9)])
    .optional()
    .describe('Instead of above: slower than this percentile of the same requests; needs service'),
  limit: count(MAX_TRACES, DEFAULT_TRACES, 'Traces'),
  ...windowInput,
};

export const listSlowTracesTool: McpTool = defineTool({
  name: 'list_slow_traces',
  title: 'List slow traces',
  description:
    'The longest traces of a window (by default the last hour), or those with slow requests of one service. Go on with ' +
    'diagnose_trace on one of them, or compare_traces with a fast one.',
  input,
  async answer(parameters, { client, links, signal }) {
    const slow = await client.slowTraces(parameters, { signal });
    return {
      title: 'Slow traces',
      facts: {
        ...windowFacts(slow.window),
        service: parameters.service,
        operation: parameters.operation,
        slow_above_ms: ms(slow.slow_above_nano),
        percentile: slow.percentile ?? undefined,
        trace_count: slow.traces.length,
        query: whole(slow.query),
      },
      sections: [{ name: 'traces', title: 'longest first', rows: slow.traces.map(traceRow) }],
      links: {
        search: links.search(slow.query, linkWindow(slow.window)),
        longest: slow.traces[0] && links.trace(slow.traces[0].trace_id),
      },
      reasons: slow.reasons,
      narrow: 'Ask for fewer traces with limit, or for one service.',
    };
  },
});
