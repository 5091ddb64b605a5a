import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { SpanStore } from '@throughline/store';
import { createMcpServer } from '../../src/mcp/index.ts';
import { injectingClient } from '../../src/mcp/inject-client.ts';
import { testApi } from '../api.ts';

export const SCREEN_URL = 'http://127.0.0.1:16686';

export interface ToolReply {
  readonly isError: boolean;
  readonly text: string;
  /** Untyped: what it holds is what the tests are about. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly structured: any;
}

export interface TestAgent extends AsyncDisposable {
  readonly client: Client;
  readonly defects: readonly unknown[];
  call(name: string, args?: Record<string, unknown>): Promise<ToolReply>;
}

export async function replyOf(client: Client, name: string, args: Record<string, unknown> = {}): Promise<ToolReply> {
  const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
  const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return { isError: result.isError === true, text, structured: result.structuredContent };
}

/** The official client, in memory, on the tools over a store. */
export async function testAgent(store: SpanStore): Promise<TestAgent> {
  const { app } = await testApi(store);
  const defects: unknown[] = [];
  const server = createMcpServer({
    client: injectingClient(app, 'default'),
    screenUrl: SCREEN_URL,
    version: '1.2.3',
    onDefect: (error) => defects.push(error),
  });
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  return {
    client,
    defects,
    call: (name, args) => replyOf(client, name, args),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await app.close();
    },
  };
}
