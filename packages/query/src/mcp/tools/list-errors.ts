import { whole } from '../answer.ts';
import { errorRow, linkWindow, windowFacts } from '../answer-parts.ts';
import { count, defineTool, type McpTool, spanText, windowInput } from '../tool.ts';

const MAX_GROUPS = 200;
const DEFAULT_GROUPS = 20;

const input = {
  service: spanText('Only errors of this service').optional(),
  operation: spanText('Only of spans with this name').optional(),
  limit: count(MAX_GROUPS, DEFAULT_GROUPS, 'Kinds of errors'),
  ...windowInput,
};

export const listErrorsTool: McpTool = defineTool({
  name: 'list_errors',
  title: 'List errors',
  description:
    'The errors of a window (by default the last hour) by kind: service, operation, type and message (what varies is ?), how ' +
    'many, since when, and traces that show them. Go on with diagnose_trace on one of these.',
  input,
  async answer(parameters, { client, links, signal }) {
    const errors = await client.errors(parameters, { signal });
    return {
      title: 'Errors by kind',
      facts: {
        ...windowFacts(errors.window),
        service: parameters.service,
        operation: parameters.operation,
        error_span_count: errors.error_count,
        kind_count: errors.group_count,
        query: whole(errors.query),
      },
      sections: [
        {
          name: 'errors',
          title: 'most frequent first; samples are TRACE_ID/SPAN_ID, the newest',
          rows: errors.groups.map(errorRow),
        },
      ],
      links: {
        search: links.search(errors.query, linkWindow(errors.window)),
        newest_of_the_most_frequent:
          errors.groups[0]?.samples[0] &&
          links.trace(errors.groups[0].samples[0].trace_id, errors.groups[0].samples[0].span_id),
      },
      reasons: errors.reasons,
      narrow: 'Ask for one service, or for fewer kinds with limit.',
    };
  },
});
