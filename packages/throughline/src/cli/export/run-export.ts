import { open } from 'node:fs/promises';
import { CodedError } from '@throughline/model';
import { QueryClientError } from '@throughline/query/client';
import type { Server } from '../client/client-options.ts';
import { connect } from '../client/connect.ts';
import type { Window } from '../client/time-options.ts';
import { EXIT_FAILURE, EXIT_OK } from '../exit-codes.ts';
import type { ExportOptions } from '../export-command.ts';
import { searchParameters } from '../search/search-parameters.ts';
import { counted } from '../terminal/count.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { findTraces } from './find-traces.ts';
import { traceWriter } from './trace-writer.ts';
import { messageOf } from '../error-message.ts';

export interface ExportRequest {
  readonly terminal: Terminal;
  readonly server: Server;
  readonly ids: readonly string[];
  readonly options: ExportOptions;
  readonly window: Window;
}

/**
 * Writes one trace after the other as it is read. Resolves with the exit code: 1 when a trace is not there, when nothing
 * matches, or when the search could not give all that match.
 */
export async function runExport(request: ExportRequest): Promise<number> {
  const { terminal, options } = request;
  const client = connect(request.server);
  const failures: string[] = [];
  const { query, limit } = options;
  const search = { query, limit, parameters: searchParameters(query, options, request.window) };
  const traceIds = request.ids.length > 0 ? request.ids : findTraces(client, search, failures);
  const writer = traceWriter(options.format);
  let traceCount = 0;
  await using output = await openOutput(terminal, options.output);
  let isStarted = false;
  const startOnce = async (): Promise<void> => {
    if (!isStarted) await output.write(writer.start);
    isStarted = true;
  };
  for await (const traceId of traceIds) {
    let document: Uint8Array;
    try {
      document = await client.exportTrace(traceId, options.format);
    } catch (error) {
      if (!(error instanceof QueryClientError) || error.code !== 'trace_not_found') throw error;
      failures.push(`${printable(traceId)}: ${error.message}`);
      continue;
    }
    await startOnce();
    await output.write(writer.trace(document));
    traceCount++;
  }
  // A document without traces is a document, too.
  await startOnce();
  await output.write(writer.end);
  if (traceCount === 0 && failures.length === 0) failures.push('No traces match.');
  for (const failure of failures) terminal.err(`${failure}\n`);
  if (options.output !== undefined) terminal.err(`${counted(traceCount, 'trace')} written to ${options.output}\n`);
  return failures.length === 0 ? EXIT_OK : EXIT_FAILURE;
}

interface Output extends AsyncDisposable {
  write(data: string | Uint8Array): Promise<void>;
}

async function openOutput(terminal: Terminal, path: string | undefined): Promise<Output> {
  if (path === undefined || path === '-') {
    return { write: (data) => terminal.outSlowly(data), [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  try {
    const file = await open(path, 'w');
    return {
      write: (data) => file.appendFile(data),
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (cause) {
    throw new CodedError('cannot_write_file', `${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}
