import { CodedError } from '@throughline/model';
import { Command, Option } from 'commander';
import { addClientOptions, type ClientOptions, serverOf, wholeNumber } from './client/client-options.ts';
import { addWindowOptions, windowOf, type WindowOptions } from './client/time-options.ts';
import type { CommandContext } from './command-context.ts';
import { importDefaults } from './import/import-defaults.ts';
import { INPUT_FORMATS, type InputFormat } from './import/input-formats.ts';

const DEFAULT_JAEGER_LIMIT = 100;
const DEFAULT_JAEGER_SINCE = '1h';

const EXAMPLES = `
Examples:
  $ throughline import traces.json                     any format below, found out from the content
  $ throughline import --shift-to-now old/*.jsonl.gz   the newest span of all files ends now
  $ zcat spans.jsonl.gz | throughline import -         standard input
  $ throughline import jaeger:http://jaeger:16686 --service checkout --since 6h
  $ throughline import dump.pb --url http://traces.example:16686 --tenant team-a --json

Formats: OTLP JSON (one document, or a request a line), OTLP protobuf (one message, or messages with a 4-byte
big-endian length before each, as the OpenTelemetry Collector's file exporter writes them), JSON of Jaeger's query API,
Zipkin v2 JSON, the simple span list. Each may be gzip or zstd. Exit code 1: something was refused or failed.`;

export type ImportOptions = ClientOptions &
  WindowOptions & {
    readonly format?: InputFormat;
    readonly shiftToNow?: true;
    readonly maxMessageBytes: number;
    readonly maxDocumentBytes: number;
    readonly service?: string;
    readonly operation?: string;
    readonly limit: number;
    readonly progress: boolean;
    readonly json?: true;
  };

/** `throughline import FILE...` and `throughline import jaeger:URL`. */
export function importCommand({ terminal, nowUnixNano, finish }: CommandContext): Command {
  const command = new Command('import')
    .description('send spans from files, or from a running Jaeger, to the server')
    .argument('<source...>', 'files, - for standard input, or jaeger:URL')
    .addOption(new Option('--format <format>', 'instead of finding it out').choices(INPUT_FORMATS))
    .option('--shift-to-now', 'move all spans in time so that the newest one ends now');
  addWindowOptions(
    command
      .option('--service <name>', 'from Jaeger: one service (default: all)')
      .option('--operation <name>', 'from Jaeger: one operation of the service')
      .addOption(
        new Option('--limit <count>', 'from Jaeger: traces a request; a time window that has more is split')
          .argParser(wholeNumber(1, 100_000))
          .default(DEFAULT_JAEGER_LIMIT),
      ),
  );
  return addClientOptions(command)
    .addOption(
      new Option('--max-message-bytes <bytes>', 'longest line or length-prefixed message')
        .argParser(wholeNumber(1, importDefaults.maxDocumentBytes))
        .default(importDefaults.maxMessageBytes),
    )
    .addOption(
      new Option('--max-document-bytes <bytes>', 'largest document that is read as a whole')
        .argParser(wholeNumber(1, importDefaults.maxDocumentBytes))
        .default(importDefaults.maxDocumentBytes),
    )
    .option('--no-progress', 'no progress bar')
    .option('--json', 'the report as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (sources: readonly string[], options: ImportOptions) => {
      const server = serverOf(options);
      checkSources(sources, options);
      const { runImport } = await import('./import/run-import.ts');
      const now = nowUnixNano();
      const window = windowOf(
        options.since === undefined && options.from === undefined
          ? { ...options, since: DEFAULT_JAEGER_SINCE }
          : options,
        now,
      );
      finish(await runImport({ terminal, server, sources, options, window, nowUnixNano: now }));
    });
}

function checkSources(sources: readonly string[], options: ImportOptions): void {
  const fromJaeger = sources.some((source) => source.startsWith('jaeger:'));
  if (fromJaeger && options.shiftToNow === true) {
    throw new CodedError('invalid_usage', '--shift-to-now needs files: the newest span must be known first');
  }
  if (fromJaeger && options.operation !== undefined && options.service === undefined) {
    throw new CodedError('invalid_usage', '--operation needs --service');
  }
  const jaegerOnly = (['service', 'operation', 'since', 'from', 'to'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (!fromJaeger && jaegerOnly !== undefined) {
    throw new CodedError(
      'invalid_usage',
      `--${jaegerOnly} selects what is pulled from jaeger:URL; files are sent whole`,
    );
  }
  if (sources.filter((source) => source === '-').length > 1) {
    throw new CodedError('invalid_usage', 'Standard input can be read once only');
  }
}
