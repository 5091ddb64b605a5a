import { z } from 'zod';
import { own } from '../answer.ts';
import { count, defineTool, type McpTool, spanText, windowInput } from '../tool.ts';

const MAX_NAMES = 1_000;

const input = {
  contains: spanText('Only names with this text, in any case').optional(),
  scope: z.enum(['span', 'resource']).optional().describe('Only attributes of spans, or of resources (service, host)'),
  limit: count(MAX_NAMES, MAX_NAMES, 'Names that are read'),
  ...windowInput,
};

export const listAttributesTool: McpTool = defineTool({
  name: 'list_attributes',
  title: 'List attribute names',
  description:
    'The names and types of the attributes that spans and their resources have. Use it before you write a TraceQL ' +
    'condition: in a query they are span.NAME and resource.NAME.',
  input,
  async answer({ contains, scope, ...parameters }, { client, links, signal }) {
    const { attributes, reasons } = await client.attributes(parameters, { signal });
    const part = contains?.toLowerCase() ?? '';
    const asked = attributes.filter(
      (each) => each.name.toLowerCase().includes(part) && (scope === undefined || each.scope === scope),
    );
    return {
      title: 'Attribute names',
      facts: { count: asked.length },
      sections: [
        {
          name: 'attributes',
          title: 'by name',
          rows: asked.map((each) => ({ name: each.name, scope: own(each.scope), types: each.types.map(own) })),
        },
      ],
      links: { search: links.form },
      reasons,
      narrow: 'Ask with contains or scope.',
    };
  },
});
