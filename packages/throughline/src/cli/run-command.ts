import { Command } from 'commander';
import { RUN_OPTIONS, runSdkCommandAs } from '@throughline/sdk/command';

/**
 * `throughline run`, which is the SDK's `throughline-sdk run`. Commander only shows it: what follows `run` is another
 * program's command line, and the SDK reads it itself.
 */
export function runCommand(): Command {
  const command = new Command('run')
    .description('run a program with tracing: throughline run -- node app.js')
    .argument('[command...]', 'the program and its arguments, behind --')
    .helpOption(false);
  for (const { name, value, description } of RUN_OPTIONS) {
    command.option(value === undefined ? `--${name}` : `--${name} <${value.toLowerCase()}>`, description);
  }
  return command;
}

/** `args` are what follows `run`; resolves with the exit code. */
export async function runProgramTraced(args: readonly string[]): Promise<number> {
  return runSdkCommandAs('throughline', ['run', ...args]);
}
