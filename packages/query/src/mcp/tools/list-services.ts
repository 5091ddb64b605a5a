import { spansText } from '../../native/analysis/trace-queries.ts';
import { defineTool, type McpTool, spanText, windowInput } from '../tool.ts';

const input = {
  service: spanText('List the operations of this service instead').optional(),
  contains: spanText('Only names with this text, in any case').optional(),
  ...windowInput,
};

export const listServicesTool: McpTool = defineTool({
  name: 'list_services',
  title: 'List services or operations',
  description:
    'The names of all services that have spans, or of the operations of one service. Start here when you do not know ' +
    'what there is.',
  input,
  async answer({ service, contains, ...window }, { client, links, signal }) {
    const all =
      service === undefined
        ? await client.services(window, { signal })
        : await client.operations(service, window, { signal });
    const part = contains?.toLowerCase() ?? '';
    const names = all.filter((name) => name.toLowerCase().includes(part));
    const what = service === undefined ? 'services' : 'operations';
    return {
      title: service === undefined ? 'Services' : 'Operations of a service',
      facts: { service, count: names.length },
      sections: [{ name: what, title: 'by name', rows: names.map((name) => ({ name })) }],
      links: { search: service === undefined ? links.form : links.search(spansText({ service }), window) },
      reasons: [],
      narrow: 'Ask with contains, or for a shorter window.',
    };
  },
});
