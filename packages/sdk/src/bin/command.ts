/*
 * The commands of `throughline-sdk` for another program to offer: `throughline run` is one. Light to import; what a
 * command does is loaded when it runs.
 */
export type { CommandOption } from './command-line.ts';
export { RUN_OPTIONS } from './run-flags.ts';

/** Runs `throughline-sdk ARGS` in this process under another name; resolves with the exit code. */
export async function runSdkCommandAs(program: string, args: readonly string[]): Promise<number> {
  const { processOutput, runSdkCommand } = await import('./sdk-command.ts');
  return runSdkCommand(args, processOutput(program));
}
