import { z } from 'zod';
import { own } from '../answer.ts';
import { count, defineTool, type McpTool, spanText, windowInput } from '../tool.ts';

const MAX_VALUES = 1_000;
const DEFAULT_VALUES = 50;

const input = {
  name: spanText('Name of the attribute, without span. or resource.'),
  scope: z.enum(['span', 'resource']).default('span'),
  service: spanText('Only of spans of this service').optional(),
  limit: count(MAX_VALUES, DEFAULT_VALUES, 'Values'),
  ...windowInput,
};

export const listAttributeValuesTool: McpTool = defineTool({
  name: 'list_attribute_values',
  title: 'List values of an attribute',
  description: 'The values of one attribute and how many spans have each, most frequent first.',
  input,
  async answer({ name, ...parameters }, { client, links, signal }) {
    const { values, reasons } = await client.attributeValues(name, parameters, { signal });
    return {
      title: 'Values of an attribute',
      facts: { name, scope: own(parameters.scope), service: parameters.service, count: values.length },
      sections: [
        {
          name: 'values',
          title: 'most frequent first, with the spans that have them',
          rows: values.map((each) => ({ value: each.value, type: own(each.type), span_count: each.count })),
        },
      ],
      links: { search: links.form },
      reasons,
      narrow: 'Ask for one service, or with a smaller limit.',
    };
  },
});
