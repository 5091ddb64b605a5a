import { Command, Option } from 'commander';
import { addClientOptions, type ClientOptions, serverOf, wholeNumber } from './client/client-options.ts';
import { addWindowOptions, windowOf, type WindowOptions } from './client/time-options.ts';
import type { CommandContext } from './command-context.ts';

const DEFAULT_SERVICES = 30;

const EXAMPLES = `
Examples:
  $ throughline report                               what is wrong, for the terminal
  $ throughline report --html report.html            one page with plots that opens offline
  $ throughline report --since 15m --html - > r.html
  $ throughline report --from 2h --to 1h --json | jq '.suspects[0]'

Without a window it is the last hour, or the last hour of the stored data where nothing is newer. Services beyond
--services are named but not drawn.`;

export type ReportOptions = ClientOptions &
  WindowOptions & {
    readonly html?: string;
    readonly json?: true;
    readonly services: number;
  };

/** `throughline report`. */
export function reportCommand({ terminal, nowUnixNano }: CommandContext): Command {
  const command = new Command('report').description(
    'report what is wrong and why: suspects with evidence, then the figures',
  );
  return addClientOptions(addWindowOptions(command))
    .addOption(new Option('--html <file>', 'write one self-contained page (- for standard output)').conflicts('json'))
    .option('--json', 'everything the report is made of, as JSON')
    .addOption(
      new Option('--services <count>', 'most services that are looked at one by one')
        .argParser(wholeNumber(1, 1_000))
        .default(DEFAULT_SERVICES),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (options: ReportOptions) => {
      const server = serverOf(options);
      const window = windowOf(options, nowUnixNano());
      const { runReport } = await import('./report/run-report.ts');
      await runReport({ terminal, server, options, window, nowUnixNano });
    });
}
