import { Command } from 'commander';
import { addClientOptions, type ClientOptions, serverOf } from './client/client-options.ts';
import type { CommandContext } from './command-context.ts';

const EXAMPLES = `
It speaks the Model Context Protocol on standard input and output; an agent starts it. The server answers the same over
HTTP at /mcp.

Examples:
  $ claude mcp add throughline -- throughline mcp --url http://127.0.0.1:16686
  $ claude mcp add --transport http throughline http://127.0.0.1:16686/mcp`;

/** `throughline mcp`. */
export function mcpCommand({ terminal }: CommandContext): Command {
  const command = new Command('mcp').description('answer an agent (MCP) about the traces of a running server');
  return addClientOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: ClientOptions) => {
      const server = serverOf(options);
      const { runMcp } = await import('./mcp/run-mcp.ts');
      await runMcp({ terminal, server });
    });
}
