import { z } from 'zod';
import { own } from '../answer.ts';
import { traceRow } from '../answer-parts.ts';
import { count, defineTool, type McpTool, spanText, timeText, windowInput } from '../tool.ts';

const MAX_TRACES = 200;
const DEFAULT_TRACES = 20;

const input = {
  q: spanText(
    'TraceQL, e.g. { resource.service.name = "shop" && status = error && duration > 100ms }; attributes are span.NAME ' +
      'and resource.NAME',
  ).optional(),
  service: spanText('Name of the service of a span').optional(),
  operation: spanText('Name of the same span').optional(),
  tags: z.array(spanText('key=value')).max(20).optional().describe('Attributes of the same span, each key=value'),
  min_duration: timeText('Of the trace: 20ms, 1.5s'),
  max_duration: timeText('Of the trace'),
  ...windowInput,
  order: z.enum(['newest', 'longest']).default('newest'),
  limit: count(MAX_TRACES, DEFAULT_TRACES, 'Traces'),
  cursor: z.string().max(2_000).optional().describe('Of the answer before, with the same arguments: the next page'),
};

export const searchTracesTool: McpTool = defineTool({
  name: 'search_traces',
  title: 'Search traces',
  description:
    'Lists traces that have a span that matches, by TraceQL or by service, operation and tags, newest or longest first; ' +
    'over everything stored unless a window is given. Use it to find trace ids for the other tools.',
  input,
  async answer(search, { client, links, signal }) {
    const found = await client.searchTraces(search, { signal });
    const { q, service, operation, tags, min_duration, max_duration } = search;
    const isPlain = [service, operation, tags, min_duration, max_duration].every((part) => part === undefined);
    return {
      title: 'Traces found',
      facts: {
        trace_count: found.traces.length,
        more: own(found.cursor === null ? 'no: these are all that match' : 'there may be more; see cursor'),
        cursor: found.cursor === null ? undefined : own(found.cursor),
      },
      sections: [{ name: 'traces', title: `${search.order} first`, rows: found.traces.map(traceRow) }],
      links: {
        // A query beside a form has no screen.
        search: q === undefined ? links.filledForm(search) : isPlain ? links.search(q, search) : undefined,
        ...(found.traces[0] !== undefined && { first_trace: links.trace(found.traces[0].trace_id) }),
      },
      reasons: found.reasons,
      narrow: 'Ask for fewer traces with limit, or add conditions.',
    };
  },
});
