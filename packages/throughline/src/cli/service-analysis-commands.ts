import { Command, Option } from 'commander';
import { addAnalysisOptions, type AnalysisOptions, withAnalysis } from './analysis/analysis-options.ts';
import type { ErrorsOptions, PerformanceOptions, SlowOptions } from './analysis/run-service-analysis.ts';
import { wholeNumber } from './client/client-options.ts';
import type { CommandContext } from './command-context.ts';

const WINDOW_NOTE = `
Without a window it is the last hour, or the last hour of the data where nothing stored is newer.`;

const SLOW_EXAMPLES = `
Examples:
  $ throughline slow                                          traces above 1 s, the 50 longest
  $ throughline slow --above 300ms --since 15m
  $ throughline slow --service checkout --percentile 99       requests above their own 99th percentile
  $ throughline slow --file traces.jsonl.gz --json | jq -r '.traces[].trace_id'
${WINDOW_NOTE}`;

/** `throughline slow`. */
export function slowCommand(context: CommandContext): Command {
  const command = new Command('slow')
    .description('list slow traces, longest first')
    .option('--service <name>', 'requests of a service instead of whole traces')
    .option('--operation <name>', 'only requests with this name')
    .option('--above <duration>', 'what takes longer is slow (default: 1s)')
    .addOption(
      new Option('--percentile <number>', "above this percentile of the service's own requests").choices([
        '50',
        '75',
        '90',
        '95',
        '99',
        '99.9',
      ]),
    )
    .addOption(new Option('--limit <count>', 'most traces listed (default: 50)').argParser(wholeNumber(1)));
  return addAnalysisOptions(command)
    .addHelpText('after', SLOW_EXAMPLES)
    .action(async (options: AnalysisOptions & SlowOptions) => {
      const { runSlow } = await import('./analysis/run-service-analysis.ts');
      await withAnalysis(context, options, (run) => runSlow(run, options));
    });
}

const ERRORS_EXAMPLES = `
Examples:
  $ throughline errors                        kinds of errors of the last hour, most frequent first
  $ throughline errors --service payment --since 24h
  $ throughline errors --json | jq -r '.groups[] | [.count, .service, .message] | @tsv'

Errors are of one kind when service, operation, type and message are the same but for numbers and ids (shown as ?).
${WINDOW_NOTE}`;

/** `throughline errors`. */
export function errorsCommand(context: CommandContext): Command {
  const command = new Command('errors')
    .description('list kinds of errors, most frequent first')
    .option('--service <name>', 'only errors of this service')
    .option('--operation <name>', 'only of spans with this name')
    .addOption(new Option('--limit <count>', 'most kinds listed (default: 100)').argParser(wholeNumber(1)));
  return addAnalysisOptions(command)
    .addHelpText('after', ERRORS_EXAMPLES)
    .action(async (options: AnalysisOptions & ErrorsOptions) => {
      const { runErrors } = await import('./analysis/run-service-analysis.ts');
      await withAnalysis(context, options, (run) => runErrors(run, options));
    });
}

const PERFORMANCE_EXAMPLES = `
Examples:
  $ throughline performance checkout                            requests, errors, durations, health, over the last hour
  $ throughline performance checkout --operation 'POST /pay' --since 6h --step 5m
  $ throughline performance checkout --slow 300ms --objective 250ms
  $ throughline performance checkout --json | jq .health

A request is a span of the service whose parent is absent or in another service.
${WINDOW_NOTE}`;

/** `throughline performance SERVICE`. */
export function performanceCommand(context: CommandContext): Command {
  const command = new Command('performance')
    .description('say how a service does: rate, errors, durations and health')
    .argument('<service>', 'its name')
    .option('--operation <name>', 'only requests with this name')
    .option('--step <duration>', 'length of a point in time, whole seconds')
    .option('--slow <duration>', 'what takes longer is slow (default: 1s)')
    .option('--objective <duration>', 'what p95 may be without harm to the health (default: 1s)')
    .addOption(new Option('--limit <count>', 'most operations listed').argParser(wholeNumber(1)));
  return addAnalysisOptions(command)
    .addHelpText('after', PERFORMANCE_EXAMPLES)
    .action(async (service: string, options: AnalysisOptions & PerformanceOptions) => {
      const { runPerformance } = await import('./analysis/run-service-analysis.ts');
      await withAnalysis(context, options, (run) => runPerformance(run, service, options));
    });
}

const DEPENDENCIES_EXAMPLES = `
Examples:
  $ throughline dependencies                       who calls whom, by which transport, over the last hour
  $ throughline dependencies --from 0              over everything stored
  $ throughline dependencies --since 1h --json | jq -r '.edges[] | [.parent, .child, .call_count] | @tsv'
${WINDOW_NOTE}`;

/** `throughline dependencies`. */
export function dependenciesCommand(context: CommandContext): Command {
  const command = new Command('dependencies').description('list which service calls which');
  return addAnalysisOptions(command)
    .addHelpText('after', DEPENDENCIES_EXAMPLES)
    .action(async (options: AnalysisOptions) => {
      const { runDependencies } = await import('./analysis/run-service-analysis.ts');
      await withAnalysis(context, options, runDependencies);
    });
}
