import { CodedError } from '@throughline/model';
import { Command, CommanderError } from 'commander';
import { changesCommand, compareCommand, diagnoseCommand, rootCauseCommand } from './cause-analysis-commands.ts';
import type { CommandContext } from './command-context.ts';
import { completionCommand } from './completion-command.ts';
import { EXIT_OK, EXIT_USAGE } from './exit-codes.ts';
import { demoCommand } from './demo-command.ts';
import { exportCommand } from './export-command.ts';
import { importCommand } from './import-command.ts';
import { loadCommand } from './load-command.ts';
import { mcpCommand } from './mcp-command.ts';
import { operationsCommand } from './operations-command.ts';
import { reportCommand } from './report-command.ts';
import { reportError } from './report-error.ts';
import { runCommand, runProgramTraced } from './run-command.ts';
import { searchCommand } from './search-command.ts';
import { dependenciesCommand, errorsCommand, performanceCommand, slowCommand } from './service-analysis-commands.ts';
import { servicesCommand } from './services-command.ts';
import { simulateCommand } from './simulate-command.ts';
import { processTerminal, type Terminal } from './terminal/terminal.ts';
import { traceCommand } from './trace-command.ts';
import { upCommand } from './up-command.ts';
import { versionCommand, versionText } from './version-command.ts';

/**
 * The command line without what it does. Whatever a command needs beyond its options is loaded when it runs, so that
 * `--help` and `up` start fast.
 */
export function createProgram(context: CommandContext): Command {
  const program = new Command('throughline')
    .description('Distributed tracing in one command: collector, store, query, web UI')
    .version(versionText(), '-V, --version')
    .configureOutput({
      writeOut: (text) => context.terminal.out(text),
      writeErr: (text) => context.terminal.err(text),
    })
    .showHelpAfterError('(add --help for the usage)')
    .exitOverride();
  const commands = [
    upCommand(),
    servicesCommand(context),
    operationsCommand(context),
    searchCommand(context),
    traceCommand(context),
    slowCommand(context),
    errorsCommand(context),
    performanceCommand(context),
    dependenciesCommand(context),
    diagnoseCommand(context),
    compareCommand(context),
    changesCommand(context),
    rootCauseCommand(context),
    reportCommand(context),
    importCommand(context),
    exportCommand(context),
    runCommand(),
    simulateCommand(context),
    loadCommand(context),
    demoCommand(),
    mcpCommand(context),
    versionCommand(context),
    completionCommand(context, program),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}

/** Runs one command line; resolves with the exit code. Mistakes and failures are told on stderr with their code. */
export async function runCli(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const [first, ...rest] = args;
  if (first === 'run') return runProgramTraced(rest);
  let exitCode = EXIT_OK;
  const program = createProgram({
    terminal,
    nowUnixNano: () => BigInt(Date.now()) * 1_000_000n,
    finish: (code) => {
      exitCode = code;
    },
  });
  let asked: string | undefined;
  program.hook('preAction', (_, command) => {
    const { url } = command.opts<{ readonly url?: string }>();
    asked = url;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    if (error instanceof CodedError) {
      const report = reportError(error, asked);
      terminal.err(report.text);
      return report.exitCode;
    }
    throw error;
  }
}
