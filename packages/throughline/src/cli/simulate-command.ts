import { CodedError } from '@throughline/model';
import { Command, InvalidArgumentError, Option } from 'commander';
import { checkUrl, collect, serverOf, wholeNumber } from './client/client-options.ts';
import { durationOf } from './client/duration-option.ts';
import type { LearnOptions } from './simulate/learn/learn-request.ts';
import type { CommandContext } from './command-context.ts';
import { untilInterrupted } from './until-interrupted.ts';

const DEFAULT_LEARN_LIMIT = 2_000;
/** The simulator's own default, which is not loaded for the help. */
const DEFAULT_MAX_SPANS = 500_000;

const EXAMPLES = `
Examples:
  $ throughline simulate --list                              the scenarios there are
  $ throughline simulate basic                               statistics and the slowest traces, in virtual time
  $ throughline simulate shop --output shop.jsonl            OTLP JSON lines; .pb: protobuf, .gz: compressed
  $ throughline simulate shop --real-time --endpoint http://127.0.0.1:4318
  $ throughline simulate banking --faults bad_host,exception --seed 7 --duration 10m --rate 50
  $ throughline simulate batch-1m --data-dir ./throughline-data --start now
  $ throughline simulate ./mine.yaml --json                  a scenario of your own
  $ throughline simulate --learn --from traces.jsonl.gz --out mine.yaml
  $ throughline simulate --learn --from http://127.0.0.1:16686 --since 1h --out mine.yaml

The same scenario, seed and start give the same bytes. The truth (which fault acted when, where and on which spans) is
written beside a file of --output, elsewhere only with --truth FILE. Exit code 1: not every span arrived.

--learn derives a scenario from traces: of files in every format that "import" reads, or of a server. It prints how the
simulated traces compare with the originals. Exit code 1: not everything could be read.`;

interface Options extends LearnOptions {
  readonly learn?: true;
  readonly seed: number;
  readonly duration?: string;
  readonly rate?: number;
  readonly faults: string;
  readonly start?: string;
  readonly realTime?: true;
  readonly output?: string;
  readonly endpoint?: string;
  readonly tenant?: string;
  readonly dataDir?: string;
  readonly truth?: string;
  readonly slowest: number;
  readonly trees: number;
  readonly list?: true;
  readonly schema?: true;
  readonly progress: boolean;
  readonly json?: true;
}

/** `throughline simulate SCENARIO`. */
export function simulateCommand({ terminal, nowUnixNano, finish }: CommandContext): Command {
  return new Command('simulate')
    .description('simulate a system of services: traces with a known truth')
    .argument('[scenario]', 'a name from --list, or the path of a YAML file')
    .addOption(new Option('--seed <number>', 'what chance is made from').argParser(wholeNumber(0)).default(1))
    .option('--duration <duration>', "how long requests arrive (default: the scenario's)")
    .addOption(new Option('--rate <number>', 'requests a second, all workloads together').argParser(positive))
    .option('--faults <list>', 'scenario, off, rotate, or kinds separated by commas', 'scenario')
    .option('--start <time>', 'when it begins: now, or ISO 8601 (default: 2026-01-01T00:00:00Z; in real time now)')
    .option('--real-time', 'in step with the clock instead of as fast as it goes')
    .addOption(new Option('--output <file>', 'write the spans to a file').conflicts(['endpoint', 'dataDir']))
    .addOption(new Option('--endpoint <url>', 'send the spans over OTLP/HTTP').conflicts(['dataDir']))
    .addOption(new Option('--tenant <name>', 'with --endpoint: sent as X-Scope-OrgID').env('THROUGHLINE_TENANT'))
    .option('--data-dir <dir>', 'write the spans into the store of a folder that no server holds')
    .option('--truth <file>', 'where to write the truth (default: with --output FILE.truth.json); off for nowhere')
    .addOption(new Option('--slowest <count>', 'slowest traces listed').argParser(wholeNumber(0, 1_000)).default(5))
    .addOption(new Option('--trees <count>', 'of these, shown as trees').argParser(wholeNumber(0, 1_000)).default(1))
    .addOption(
      new Option('--learn', 'derive a scenario from traces instead').conflicts([
        'duration',
        'rate',
        'start',
        'realTime',
        'output',
        'endpoint',
        'dataDir',
        'truth',
        'list',
        'schema',
      ]),
    )
    .option('--from <source>', 'with --learn: the URL of a server, a file, or - (repeatable)', collect)
    .option('--out <file>', 'with --learn: the scenario file to write')
    .option('--query <traceql>', 'with --learn from a server: the traces that match')
    .option('--since <duration>', 'with --learn from a server: how far back from now')
    .addOption(
      new Option('--limit <count>', 'with --learn from a server: most traces, newest first')
        .argParser(wholeNumber(1))
        .default(DEFAULT_LEARN_LIMIT),
    )
    .addOption(
      new Option('--max-spans <count>', 'with --learn: spans kept to learn from; of more, a fair share of the traces')
        .argParser(wholeNumber(1_000, 20_000_000))
        .default(DEFAULT_MAX_SPANS),
    )
    .option('--no-compare', 'with --learn: do not simulate the scenario to compare it')
    .option('--list', 'list the scenarios and end')
    .option('--schema', 'print the JSON Schema of scenario files and end')
    .option('--no-progress', 'no progress bar')
    .option('--json', 'the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (scenario: string | undefined, options: Options) => {
      if (options.schema === true) {
        const { scenarioJsonSchema } = await import('@throughline/simulator');
        terminal.out(`${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`);
        return;
      }
      if (options.list === true) {
        const { listScenarios } = await import('./simulate/scenario-files.ts');
        const scenarios = await listScenarios();
        if (options.json === true) terminal.out(`${JSON.stringify(scenarios)}\n`);
        else for (const { name, description } of scenarios) terminal.out(`${name.padEnd(14)} ${description}\n`);
        return;
      }
      if (options.learn === true) {
        const { learnRequestOf } = await import('./simulate/learn/learn-request.ts');
        const { runLearn } = await import('./simulate/learn/run-learn.ts');
        const request = learnRequestOf(scenario, options, nowUnixNano());
        const hasProgress = terminal.hasProgress && options.progress && options.json !== true;
        finish(await runLearn({ ...request, terminal, isJson: options.json === true, hasProgress }));
        return;
      }
      checkLearnOnly(options);
      if (scenario === undefined) throw new CodedError('invalid_usage', 'simulate needs a scenario; --list lists them');
      if (options.duration !== undefined) durationOf('--duration', options.duration, '90s or 10m', 1n);
      const endpoint =
        options.endpoint === undefined
          ? undefined
          : serverOf({
              url: checkUrl('--endpoint', options.endpoint).replace(/\/v1\/traces$/, ''),
              timeout: '60s',
              ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
            });
      const { runSimulate } = await import('./simulate/run-simulate.ts');
      using interrupt = untilInterrupted();
      finish(
        await runSimulate({
          terminal,
          scenario,
          seed: options.seed,
          duration: options.duration,
          rate: options.rate,
          faults: options.faults,
          start: options.start,
          isRealTime: options.realTime === true,
          output: options.output,
          endpoint,
          dataDir: options.dataDir,
          truth: options.truth,
          slowest: options.slowest,
          trees: options.trees,
          isJson: options.json === true,
          hasProgress: terminal.hasProgress && options.progress && options.json !== true,
          nowUnixNano,
          signal: interrupt.signal,
        }),
      );
    });
}

function checkLearnOnly(options: Options): void {
  const given = (['from', 'out', 'query', 'since'] as const).find((name) => options[name] !== undefined);
  if (given !== undefined) throw new CodedError('invalid_usage', `--${given} needs --learn`);
}

/** For commander: a number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
