import { existsSync } from 'node:fs';

import { addNodeOptions } from './node-options.ts';
import { registerOptions } from './preload-options.ts';
import { type CommandOutput, optionsHelp, parseCommandLine } from './command-line.ts';
import { RUN_OPTIONS } from './run-flags.ts';
import { runEnvironment } from './run-options.ts';
import { runProgram } from './run-program.ts';
import { EXIT_OK, UsageError } from './usage-error.ts';

const runHelp = (program: string): string => `Usage: ${program} run [flags] -- COMMAND [ARGUMENTS]

Runs a program with tracing in every Node.js process that it starts, without a change to it. Its own input,
output, signals and exit code are those of the program.

Flags (each is a variable that the program gets; a variable that is set already stays, unless its flag is given):
${optionsHelp(RUN_OPTIONS)}
Examples:
  $ ${program} run -- node app.js
  $ ${program} run --service-name shop --endpoint http://localhost:4318 -- node app.js
  $ ${program} run --traces-exporter console -- npm start
  $ ${program} run --sampler parentbased_traceidratio --sampler-arg 0.1 -- node server.mjs --port 8080

Which instrumentations it loads and why a module is not traced: throughline-sdk doctor app.js
`;

/**
 * `throughline-sdk run`; resolves with the exit code.
 *
 * @throws UsageError for a mistake in the flags, CodedError if the program cannot be started
 */
export async function runCommand(args: readonly string[], { out, program }: CommandOutput): Promise<number> {
  const { values, rest } = parseCommandLine(args, RUN_OPTIONS);
  if (values.has('help')) {
    out(runHelp(program));
    return EXIT_OK;
  }
  const [command, ...commandArgs] = rest;
  if (command === undefined) throw new UsageError(`which program? e.g. ${program} run -- node app.js`);
  const environment = { ...runEnvironment(values, process.env) };
  environment['NODE_OPTIONS'] = addNodeOptions(environment['NODE_OPTIONS'], registerOptions());
  return isScript(command)
    ? runProgram(process.execPath, [command, ...commandArgs], environment)
    : runProgram(command, commandArgs, environment);
}

/** `run -- app.js` means `run -- node app.js`. */
function isScript(command: string): boolean {
  return /\.[cm]?[jt]s$/.test(command) && existsSync(command);
}
