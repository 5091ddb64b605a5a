import { CodedError } from '@throughline/model';
import { Command, Option } from 'commander';
import { addClientOptions, type ClientOptions, collect, serverOf, wholeNumber } from './client/client-options.ts';
import { addWindowOptions, windowOf, type WindowOptions } from './client/time-options.ts';
import type { CommandContext } from './command-context.ts';
import type { FilterOptions } from './search/search-parameters.ts';

const EXAMPLES = `
Examples:
  $ throughline export 4bf92f3577b34da6a3ce929d0e0e4736 > trace.jsonl
  $ throughline export --query '{ status = error }' --since 1h --output errors.jsonl
  $ throughline export --service checkout --limit 50 --format jaeger --output checkout.json
  $ throughline export 4bf92f3577b34da6a3ce929d0e0e4736 --format html --output trace.html

Formats: otlp is JSON lines, an ExportTraceServiceRequest a trace; jaeger, zipkin and simple are one document. "import"
reads all of them; with otlp and simple nothing is lost on the way. html is a page that shows one trace without a server.`;

const FORMATS = ['otlp', 'jaeger', 'zipkin', 'simple', 'html'] as const;

export type ExportOptions = ClientOptions &
  WindowOptions &
  FilterOptions & {
    readonly query?: string;
    readonly limit?: number;
    readonly format: (typeof FORMATS)[number];
    readonly output?: string;
  };

/** `throughline export ID...` and `throughline export --query Q`. */
export function exportCommand({ terminal, nowUnixNano, finish }: CommandContext): Command {
  const command = new Command('export')
    .description('write traces to a file or to standard output')
    .argument('[id...]', 'trace ids')
    .option('--query <traceql>', 'the traces that match')
    .option('--service <name>', 'traces with a span of a service')
    .option('--operation <name>', 'name of the same span')
    .option('--tag <key=value>', 'attribute of the same span or of its resource (repeatable)', collect)
    .option('--min-duration <duration>', 'of the trace, e.g. 20ms')
    .option('--max-duration <duration>', 'of the trace');
  return addClientOptions(addWindowOptions(command))
    .addOption(new Option('--limit <count>', 'most traces, newest first (default: all)').argParser(wholeNumber(1)))
    .addOption(new Option('--format <format>', 'how to write them').choices(FORMATS).default('otlp'))
    .option('--output <file>', 'instead of standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (ids: readonly string[], options: ExportOptions) => {
      const server = serverOf(options);
      checkSelection(ids, options);
      if (options.format === 'html' && ids.length !== 1) {
        throw new CodedError('invalid_usage', 'A page holds one trace: name one trace id with --format html');
      }
      const window = windowOf(options, nowUnixNano());
      const { runExport } = await import('./export/run-export.ts');
      finish(await runExport({ terminal, server, ids, options, window }));
    });
}

const SELECTIONS = [
  'query',
  'service',
  'operation',
  'tag',
  'minDuration',
  'maxDuration',
  'since',
  'from',
  'to',
] as const;

function checkSelection(ids: readonly string[], options: ExportOptions): void {
  const selection = SELECTIONS.find((name) => options[name] !== undefined);
  if (ids.length === 0 && selection === undefined && options.limit === undefined) {
    throw new CodedError('invalid_usage', 'Name trace ids, or say which traces with --query, --service, --since...');
  }
  if (ids.length > 0 && (selection !== undefined || options.limit !== undefined)) {
    throw new CodedError('invalid_usage', 'Name either trace ids or a search, not both');
  }
}
