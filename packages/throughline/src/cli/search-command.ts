import { Command, Option } from 'commander';
import { addClientOptions, type ClientOptions, collect, serverOf, wholeNumber } from './client/client-options.ts';
import { addWindowOptions, windowOf, type WindowOptions } from './client/time-options.ts';
import type { CommandContext } from './command-context.ts';
import type { FilterOptions } from './search/search-parameters.ts';

const DEFAULT_LIMIT = 20;

const EXAMPLES = `
Examples:
  $ throughline search --since 1h                                  the newest traces of the last hour
  $ throughline search --service checkout --min-duration 500ms     slow traces with a span of a service
  $ throughline search '{ status = error && .http.route = "/pay" }' --order longest
  $ throughline search --tag http.response.status_code=500 --from 2h --to 1h --limit 100
  $ throughline search --service checkout --json | jq -r '.traces[].trace_id'

QUERY is TraceQL. Options narrow the same spans that it selects. A trace is listed when a span that matches started
within the window; without a window everything stored is searched.`;

export type SearchOptions = ClientOptions &
  WindowOptions &
  FilterOptions & {
    readonly limit: number;
    readonly order: 'newest' | 'longest';
    readonly cursor?: string;
    readonly json?: true;
  };

/** `throughline search [QUERY]`. */
export function searchCommand({ terminal, nowUnixNano }: CommandContext): Command {
  const command = new Command('search')
    .description('search traces')
    .argument('[query]', 'TraceQL')
    .option('--service <name>', 'service of a span')
    .option('--operation <name>', 'name of the same span')
    .option('--tag <key=value>', 'attribute of the same span or of its resource (repeatable)', collect)
    .option('--min-duration <duration>', 'of the trace, e.g. 20ms')
    .option('--max-duration <duration>', 'of the trace');
  return addClientOptions(addWindowOptions(command))
    .addOption(new Option('--limit <count>', 'most traces listed').argParser(wholeNumber(1)).default(DEFAULT_LIMIT))
    .addOption(
      new Option('--order <order>', 'which traces come first').choices(['newest', 'longest']).default('newest'),
    )
    .option('--cursor <cursor>', 'continue behind an earlier list, with the same options')
    .option('--json', "the API's answer")
    .addHelpText('after', EXAMPLES)
    .action(async (query: string | undefined, options: SearchOptions) => {
      const server = serverOf(options);
      const window = windowOf(options, nowUnixNano());
      const { runSearch } = await import('./search/run-search.ts');
      await runSearch({ terminal, server, query, options, window });
    });
}
