import { spansText } from '../../native/analysis/trace-queries.ts';
import { rounded } from '../answer.ts';
import { defineTool, type McpTool, spanText, windowInput } from '../tool.ts';

const input = { service: spanText('Only calls from or to this service').optional(), ...windowInput };

export const listDependenciesTool: McpTool = defineTool({
  name: 'list_dependencies',
  title: 'List dependencies',
  description:
    'Which service calls which: calls, errors and durations of every edge of the service graph. Give a service to see ' +
    'only its callers and callees.',
  input,
  async answer({ service, ...window }, { client, links, signal }) {
    const { edges, reasons } = await client.dependencies(window, { signal });
    const asked = edges.filter(({ parent, child }) => service === undefined || parent === service || child === service);
    return {
      title: 'Calls between services',
      facts: { service, edge_count: asked.length },
      sections: [
        {
          name: 'edges',
          title: 'most calls first; durations are of the called spans',
          rows: asked
            .toSorted((a, b) => b.call_count - a.call_count)
            .map((edge) => ({
              parent: edge.parent,
              child: edge.child,
              call_count: edge.call_count,
              error_count: edge.error_count,
              error_rate: rounded(edge.error_rate),
              avg_ms: rounded(edge.duration_avg_ms),
              p50_ms: rounded(edge.duration_p50_ms),
              p95_ms: rounded(edge.duration_p95_ms),
              p99_ms: rounded(edge.duration_p99_ms),
            })),
        },
      ],
      links: { search: service === undefined ? links.form : links.search(spansText({ service }), window) },
      reasons,
      narrow: 'Ask for one service.',
    };
  },
});
