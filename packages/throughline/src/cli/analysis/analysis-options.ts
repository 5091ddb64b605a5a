import { type Command } from 'commander';
import { addClientOptions, type ClientOptions, collect, serverOf } from '../client/client-options.ts';
import { addWindowOptions, windowOf, type WindowOptions, windowParameters } from '../client/time-options.ts';
import type { CommandContext } from '../command-context.ts';
import type { AnalysisRun } from './analysis-run.ts';

/** Options of every command about many traces. */
export type AnalysisOptions = ClientOptions &
  WindowOptions & {
    readonly file?: readonly string[];
    readonly json?: true;
  };

/** Where the traces are, and how to write the answer; those about a window of time have its options too. */
export function addAnalysisOptions(command: Command, { hasWindow = true }: { hasWindow?: boolean } = {}): Command {
  return addClientOptions(hasWindow ? addWindowOptions(command) : command)
    .option('--file <file>', 'read the traces of a file instead of asking a server (repeatable)', collect)
    .option('--json', "the API's answer");
}

/** Asks a server or the files, and ends what was opened for it. */
export async function withAnalysis(
  { terminal, nowUnixNano }: CommandContext,
  options: AnalysisOptions,
  show: (run: AnalysisRun) => Promise<void>,
): Promise<void> {
  const server = serverOf(options);
  const window = windowParameters(windowOf(options, nowUnixNano()));
  const run = { terminal, window, json: options.json === true };
  if (options.file === undefined) {
    const { connect } = await import('../client/connect.ts');
    await show({ ...run, client: connect(server) });
    return;
  }
  const { openFiles } = await import('./open-files.ts');
  await using files = await openFiles(options.file, terminal);
  await show({ ...run, client: files.client });
}
