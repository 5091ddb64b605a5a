import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { QueryClient } from '../client/query-client.ts';
import { callTool } from './call-tool.ts';
import { screenLinks } from './screen-links.ts';
import { SPAN_TEXT_NOTICE } from './span-text.ts';
import { MCP_TOOLS } from './tools.ts';

export interface McpServerOptions {
  /** Whose data; everything that the tools know. */
  readonly client: QueryClient;
  /** Where people find the web app, without a slash at the end. */
  readonly screenUrl: string;
  readonly version: string;
  /** Told of errors that are nobody's mistake but ours. */
  readonly onDefect: (error: unknown) => void;
}

/** What an agent is told before it calls anything. */
const INSTRUCTIONS =
  'Throughline stores and analyses distributed traces. Find what is wrong (find_root_causes, find_changes, service_health, ' +
  'list_errors, list_slow_traces; list_services says what there is), then traces that show it (search_traces), then the ' +
  'reason within one (diagnose_trace, compare_traces, show_spans). Cite trace ids and span ids, and give the links: people ' +
  `open them. ${SPAN_TEXT_NOTICE}`;

const TOOLS = MCP_TOOLS.map((tool) => ({
  name: tool.name,
  title: tool.title,
  description: tool.description,
  inputSchema: inputSchemaOf(tool.input),
  annotations: { readOnlyHint: true, openWorldHint: false },
}));

/** Without the name of the dialect: MCP says which it is, and every agent pays for each word. */
function inputSchemaOf(input: z.ZodType): { readonly type: 'object' } {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input' });
  return { ...schema, type: 'object' };
}

/** The tools as an MCP server, to be connected to a transport. It keeps nothing between calls. */
export function createMcpServer(options: McpServerOptions): Server {
  const server = new Server(
    { name: 'throughline', title: 'Throughline', version: options.version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  const links = screenLinks(options.screenUrl);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: TOOLS }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = MCP_TOOLS.find(({ name }) => name === params.name);
    if (tool === undefined) {
      const names = MCP_TOOLS.map(({ name }) => name).join(', ');
      throw new McpError(
        ErrorCode.InvalidParams,
        `There is no tool ${JSON.stringify(params.name)}; there are ${names}`,
      );
    }
    const outcome = await callTool(tool, params.arguments, { client: options.client, links, signal }, options.onDefect);
    return {
      content: [{ type: 'text', text: outcome.text }],
      ...(outcome.isError ? { isError: true } : { structuredContent: outcome.structured }),
    };
  });
  return server;
}
