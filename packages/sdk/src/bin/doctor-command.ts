import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { applyReports } from '../doctor/apply-reports.ts';
import { bundleContents } from '../doctor/bundle-contents.ts';
import { type Diagnosis, findings } from '../doctor/diagnosis.ts';
import { diagnosisText } from '../doctor/diagnosis-text.ts';
import { examine } from '../doctor/examine.ts';
import { runPatient } from '../doctor/run-patient.ts';
import { findApplication } from '../register/application.ts';
import { type CommandOption, type CommandOutput, optionsHelp, parseCommandLine } from './command-line.ts';
import { recordOptions, registerOptions } from './preload-options.ts';
import { EXIT_FAILURE, EXIT_OK, UsageError } from './usage-error.ts';

/** Larger scripts are not searched for what is bundled in them. */
const MAX_SCRIPT_BYTES = 128 * 1_048_576;
const DEFAULT_SECONDS = 5;
const MAX_SECONDS = 86_400;

const OPTIONS: readonly CommandOption[] = [
  { name: 'run', description: 'start the application, traced but exporting nothing, and see what is instrumented' },
  {
    name: 'seconds',
    value: 'N',
    description: `with --run: end it after so many seconds (default ${DEFAULT_SECONDS}), unless it ends before`,
  },
  {
    name: 'as-is',
    description: 'with --run: the application starts tracing itself, in its own code; see whether that is in time',
  },
  { name: 'json', description: 'print the diagnosis as JSON' },
  { name: 'help', description: 'this text' },
];

const help = (program: string): string => `Usage: ${program} doctor [flags] SCRIPT [ARGUMENTS]

Says of each module of an application that can be traced whether it is, and why not.

Flags:
${optionsHelp(OPTIONS)}
Without --run nothing of the application is executed: its package.json, what is installed and the variables
are looked at, and the instrumentation packages are loaded.

Exit code: 0 if every module that can be traced is, 1 if one is not although nobody asked for that, 2 for wrong usage.

Examples:
  $ ${program} doctor app.js
  $ ${program} doctor --run --seconds 20 server.mjs --port 0
  $ ${program} doctor --run --as-is dist/server.js
  $ ${program} doctor --json dist/server.js | jq '.modules[] | select(.status == "not_traced")'
`;

/**
 * `throughline-sdk doctor`; resolves with the exit code.
 *
 * @throws UsageError
 */
export async function doctorCommand(args: readonly string[], { out, program }: CommandOutput): Promise<number> {
  const { values, rest } = parseCommandLine(args, OPTIONS);
  if (values.has('help')) {
    out(help(program));
    return EXIT_OK;
  }
  const [given, ...scriptArgs] = rest;
  if (given === undefined) throw new UsageError(`which script? e.g. ${program} doctor app.js`);
  const seconds = secondsOf(values.get('seconds'));
  for (const flag of ['seconds', 'as-is']) {
    if (values.has(flag) && !values.has('run')) throw new UsageError(`--${flag} is for --run`);
  }
  const preload = values.has('as-is') ? recordOptions() : registerOptions();
  const diagnosis = await diagnose(given, scriptArgs, values.has('run') ? { seconds, preload } : undefined);
  out(values.has('json') ? `${JSON.stringify(diagnosis, undefined, 2)}\n` : diagnosisText(diagnosis));
  return findings(diagnosis).length === 0 ? EXIT_OK : EXIT_FAILURE;
}

async function diagnose(
  given: string,
  args: readonly string[],
  run: { readonly seconds: number; readonly preload: readonly string[] } | undefined,
): Promise<Diagnosis> {
  const script = resolve(given);
  const application = findApplication(script, process.cwd());
  const examination = examine(application, bundleContents(textOf(script, given)), process.env);
  const notes = [...examination.notes];
  let { modules } = examination;
  if (run !== undefined) {
    const { reports, exitCode } = await runPatient(script, args, run.preload, run.seconds * 1000);
    if (reports.length === 0) throw new UsageError(`${given} ended before it could be looked at`);
    if (exitCode !== undefined && exitCode !== 0) notes.push(`the application ended with exit code ${exitCode}`);
    modules = applyReports(examination, reports);
  }
  const { name, version } = application.manifest ?? { name: undefined, version: undefined };
  return {
    application: {
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
      folder: application.folder,
    },
    script,
    nodeVersion: process.version,
    ran: run !== undefined,
    modules,
    notes,
  };
}

function textOf(script: string, given: string): string {
  try {
    return statSync(script).size > MAX_SCRIPT_BYTES ? '' : readFileSync(script, 'utf8');
  } catch {
    throw new UsageError(`there is no script ${given}`);
  }
}

function secondsOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SECONDS;
  const seconds = Number(text);
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw new UsageError(`--seconds: ${JSON.stringify(text)} is not a number from 0 to ${MAX_SECONDS}`);
}
