import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createMcpServer } from '@throughline/query/mcp';
import { VERSION } from '../../version.ts';
import type { Server } from '../client/client-options.ts';
import { connect } from '../client/connect.ts';
import { messageOf } from '../error-message.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { untilInterrupted } from '../until-interrupted.ts';

/** Most bytes of one message of the agent. */
const MAX_MESSAGE_BYTES = 1_048_576;

/**
 * Answers on the process's own standard input and output until the input ends or the process is interrupted. The
 * server is asked only when the agent asks: it may start later, or again.
 */
export async function runMcp({
  terminal,
  server,
}: {
  readonly terminal: Terminal;
  readonly server: Server;
}): Promise<void> {
  const complain = (error: unknown): void => terminal.err(`throughline mcp: ${printable(messageOf(error))}\n`);
  const mcp = createMcpServer({ client: connect(server), screenUrl: server.url, version: VERSION, onDefect: complain });
  const closed = Promise.withResolvers<void>();
  // The SDK has callbacks, not events.
  // oxlint-disable-next-line unicorn/prefer-add-event-listener
  mcp.onclose = () => closed.resolve();
  // oxlint-disable-next-line unicorn/prefer-add-event-listener
  mcp.onerror = complain;
  using interruption = untilInterrupted();
  const close = (): void => void mcp.close();
  interruption.signal.addEventListener('abort', close);
  process.stdin.once('end', close);
  await mcp.connect(new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: MAX_MESSAGE_BYTES }));
  await closed.promise;
}
