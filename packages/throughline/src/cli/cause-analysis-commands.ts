import { CodedError, formatInstant } from '@throughline/model';
import { Command, Option } from 'commander';
import { addAnalysisOptions, type AnalysisOptions, withAnalysis } from './analysis/analysis-options.ts';
import type { ReferenceOptions } from './analysis/run-cause-analysis.ts';
import { wholeNumber } from './client/client-options.ts';
import { windowOf } from './client/time-options.ts';
import type { CommandContext } from './command-context.ts';

const DIAGNOSE_EXAMPLES = `
Examples:
  $ throughline diagnose 4bf92f3577b34da6a3ce929d0e0e4736         what could be better, where the time went
  $ throughline diagnose 4bf92f35 --file traces.jsonl.gz
  $ throughline diagnose 4bf92f35 --json | jq '.patterns'`;

/** `throughline diagnose ID`. */
export function diagnoseCommand(context: CommandContext): Command {
  const command = new Command('diagnose')
    .description('say why a trace took as long as it did')
    .argument('<id>', 'trace id, 1 to 32 hex digits');
  return addAnalysisOptions(command, { hasWindow: false })
    .addHelpText('after', DIAGNOSE_EXAMPLES)
    .action(async (traceId: string, options: AnalysisOptions) => {
      const { runDiagnose } = await import('./analysis/run-cause-analysis.ts');
      await withAnalysis(context, options, (run) => runDiagnose(run, traceId));
    });
}

const DEFAULT_COMPARE_LIMIT = 20;

const COMPARE_EXAMPLES = `
Examples:
  $ throughline compare 4bf92f35 a3ce929d                                two traces, span by span
  $ throughline compare '{ trace:duration < 1s }' '{ trace:duration > 1s }' --since 1h
  $ throughline compare '{ resource.service.version = "1" }' '{ resource.service.version = "2" }' --json

A and B are trace ids, or both TraceQL: then the traces that B lists are held against those that A lists.`;

/** `throughline compare A B`. */
export function compareCommand(context: CommandContext): Command {
  const command = new Command('compare')
    .description('say what b has that a has not: two traces, or two sets of traces')
    .argument('<a>', 'trace id or TraceQL')
    .argument('<b>', 'trace id or TraceQL')
    .addOption(
      new Option('--limit <count>', 'most entries of each kind')
        .argParser(wholeNumber(1))
        .default(DEFAULT_COMPARE_LIMIT),
    );
  return addAnalysisOptions(command)
    .addHelpText('after', COMPARE_EXAMPLES)
    .action(async (a: string, b: string, options: AnalysisOptions & { readonly limit: number }) => {
      if (a.includes('{') !== b.includes('{')) {
        throw new CodedError('invalid_usage', 'compare takes two trace ids, or two TraceQL queries');
      }
      const { runCompare } = await import('./analysis/run-cause-analysis.ts');
      await withAnalysis(context, options, (run) => runCompare(run, a, b, options.limit));
    });
}

interface ReferenceTimes {
  readonly referenceFrom?: string;
  readonly referenceTo?: string;
}

function addReferenceOptions(command: Command): Command {
  return command
    .option('--reference-from <time>', 'start of a time when all was well, written like --from')
    .option('--reference-to <time>', 'end of it');
}

function referenceOf(
  { referenceFrom, referenceTo }: ReferenceTimes,
  nowUnixNano: bigint,
): ReferenceOptions['reference'] {
  const { fromUnixNano, toUnixNano } = windowOf(
    {
      ...(referenceFrom !== undefined && { from: referenceFrom }),
      ...(referenceTo !== undefined && { to: referenceTo }),
    },
    nowUnixNano,
  );
  return {
    ...(fromUnixNano !== undefined && { reference_start_time: formatInstant(fromUnixNano) }),
    ...(toUnixNano !== undefined && { reference_end_time: formatInstant(toUnixNano) }),
  };
}

const CHANGES_EXAMPLES = `
Examples:
  $ throughline changes                            the last hour, against the hour before it
  $ throughline changes --since 3h --service checkout
  $ throughline changes --since 30m --json | jq -r '.operations[] | [.kind, .service, .operation] | @tsv'
  $ throughline changes --from 2h --to 1h --reference-from 26h --reference-to 25h

Since when operations are slower or failing, minute by minute, and what appeared then: versions, hosts and other
attribute values, calls, errors. Without a reference it is as much time before the window.`;

/** `throughline changes`. */
export function changesCommand(context: CommandContext): Command {
  const command = new Command('changes')
    .description('say since when what is slower or failing, and what appeared then')
    .option('--service <name>', 'only changes of this service')
    .addOption(new Option('--limit <count>', 'most entries of each kind (default: 20)').argParser(wholeNumber(1)));
  return addAnalysisOptions(addReferenceOptions(command))
    .addHelpText('after', CHANGES_EXAMPLES)
    .action(
      async (options: AnalysisOptions & ReferenceTimes & { readonly service?: string; readonly limit?: number }) => {
        const reference = referenceOf(options, context.nowUnixNano());
        const { runChanges } = await import('./analysis/run-cause-analysis.ts');
        await withAnalysis(context, options, (run) => runChanges(run, { ...options, reference }));
      },
    );
}

const ROOT_CAUSE_EXAMPLES = `
Examples:
  $ throughline root-cause                         of the last hour, which must hold a sound stretch
  $ throughline root-cause --since 15m --reference-from 45m --reference-to 15m
  $ throughline root-cause --file traces.jsonl.gz --json | jq -r '.services[] | [.score, .name] | @tsv'

The method and how often it is right: docs/root-cause.md.`;

/** `throughline root-cause`. */
export function rootCauseCommand(context: CommandContext): Command {
  const command = new Command('root-cause')
    .description('rank the services, instances and attribute values that explain what is wrong')
    .addOption(new Option('--limit <count>', 'most entries of each kind (default: 10)').argParser(wholeNumber(1)));
  return addAnalysisOptions(addReferenceOptions(command))
    .addHelpText('after', ROOT_CAUSE_EXAMPLES)
    .action(async (options: AnalysisOptions & ReferenceTimes & { readonly limit?: number }) => {
      const reference = referenceOf(options, context.nowUnixNano());
      const { runRootCause } = await import('./analysis/run-cause-analysis.ts');
      await withAnalysis(context, options, (run) => runRootCause(run, { ...options, reference }));
    });
}
