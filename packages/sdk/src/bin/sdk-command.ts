import { CodedError } from '@throughline/model';

import { suggestion } from '../config/config-error.ts';
import type { CommandOutput } from './command-line.ts';
import { SDK_VERSION } from '../resource/sdk-version.ts';
import { doctorCommand } from './doctor-command.ts';
import { runCommand } from './run-command.ts';
import { EXIT_FAILURE, EXIT_OK, EXIT_USAGE, UsageError } from './usage-error.ts';

const HELP = `Usage: throughline-sdk COMMAND

  run     run a program with tracing: throughline-sdk run -- node app.js
  doctor  say for each module of an application whether it is traced, and why not

Each has its own --help. --version prints the version.
`;

const COMMANDS: Readonly<Record<string, (args: readonly string[], output: CommandOutput) => Promise<number>>> = {
  run: runCommand,
  doctor: doctorCommand,
};

/**
 * One command line of `throughline-sdk`; resolves with the exit code. Mistakes (2) and failures (1, or 127 and 126 for a
 * program that is not there or cannot be run, as shells have it) are told on stderr with their code.
 */
export async function runSdkCommand(
  args: readonly string[],
  output: CommandOutput = processOutput('throughline-sdk'),
): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      (name === undefined ? output.err : output.out)(HELP);
      return name === undefined ? EXIT_USAGE : EXIT_OK;
    }
    if (name === '--version' || name === '-V') {
      output.out(`${SDK_VERSION}\n`);
      return EXIT_OK;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined)
      throw new UsageError(`there is no command ${name}${suggestion(name, Object.keys(COMMANDS))}`);
    return await command(rest, output);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    output.err(`${output.program}: ${error.code}: ${error.message}\n`);
    return exitCodeOf(error);
  }
}

/** The process's own streams. */
export function processOutput(program: string): CommandOutput {
  return { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text), program };
}

function exitCodeOf({ code }: CodedError): number {
  if (code === 'command_not_found') return 127;
  if (code === 'command_not_runnable') return 126;
  return code === 'invalid_usage' ? EXIT_USAGE : EXIT_FAILURE;
}
