import { Command, Option } from 'commander';
import { addClientOptions, type ClientOptions, serverOf, wholeNumber } from './client/client-options.ts';
import type { CommandContext } from './command-context.ts';

const DEFAULT_MAX_SPANS = 1_000;

const EXAMPLES = `
Examples:
  $ throughline trace 4bf92f3577b34da6a3ce929d0e0e4736            the span tree
  $ throughline trace 4bf92f3577b34da6a3ce929d0e0e4736 --summary  spans per service and operation
  $ throughline trace 4bf92f3577b34da6a3ce929d0e0e4736 --critical-path --patterns  why it took so long
  $ throughline trace 4bf92f35 --json | jq '.metadata'            shorter ids are padded with zeros on the left`;

export type TraceOptions = ClientOptions & {
  readonly summary?: true;
  readonly criticalPath?: true;
  readonly patterns?: true;
  readonly maxSpans: number;
  readonly json?: true;
};

/** `throughline trace ID`. */
export function traceCommand({ terminal }: CommandContext): Command {
  const command = new Command('trace').description('show a trace').argument('<id>', 'trace id, 1 to 32 hex digits');
  return addClientOptions(command)
    .option('--summary', 'spans per service and operation instead of the tree')
    .option('--critical-path', 'which spans the time is charged to, instead of the tree')
    .option('--patterns', 'what could be better (N+1, retries, waits, ...) and what it would save')
    .addOption(
      new Option('--max-spans <count>', 'most lines of the tree, 0 for all')
        .argParser(wholeNumber(0))
        .default(DEFAULT_MAX_SPANS),
    )
    .option('--json', "the API's answer; with --summary the table, with --critical-path or --patterns the analysis")
    .addHelpText('after', EXAMPLES)
    .action(async (traceId: string, options: TraceOptions) => {
      const server = serverOf(options);
      const { runTrace } = await import('./trace/run-trace.ts');
      await runTrace({ terminal, server, traceId, options });
    });
}
