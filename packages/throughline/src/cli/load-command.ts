import { CodedError } from '@throughline/model';
import { Command, Option } from 'commander';
import { checkUrl, serverOf, wholeNumber } from './client/client-options.ts';
import { durationOf } from './client/duration-option.ts';
import type { CommandContext } from './command-context.ts';
import type { LoadShape } from './load/load-shape.ts';
import type { LoadProtocol } from './load/load-sender.ts';
import { untilInterrupted } from './until-interrupted.ts';

const EXAMPLES = `
Examples:
  $ throughline load http://127.0.0.1:4318                        10,000 spans a second for 30 seconds
  $ throughline load http://127.0.0.1:4318 --rate max --concurrency 8 --duration 1m
  $ throughline load http://127.0.0.1:4317 --protocol grpc --gzip
  $ throughline load http://collector:4318 --rate 50000 --cardinality 1000000 --attributes 20 --json

Bodies are encoded once; ids and times are written into them in place, so that the generator is not what is measured
(compression is, where asked for). Latency counts from when a request was due, not from when it could be sent. Exit
code 1: a span was not accepted.`;

interface Options {
  readonly protocol: LoadProtocol;
  readonly gzip?: true;
  readonly rate: string;
  readonly duration: string;
  readonly connections: number;
  readonly concurrency: number;
  readonly batch: number;
  readonly spansPerTrace: number;
  readonly shape: LoadShape['shape'];
  readonly services: number;
  readonly attributes: number;
  readonly attributeBytes: number;
  readonly cardinality: number;
  readonly tenant?: string;
  readonly timeout: string;
  readonly progress: boolean;
  readonly json?: true;
}

/** `throughline load URL`. */
export function loadCommand({ terminal, nowUnixNano, finish }: CommandContext): Command {
  const number = (flags: string, what: string, fallback: number, max: number): Option =>
    new Option(flags, what).argParser(wholeNumber(1, max)).default(fallback);
  return new Command('load')
    .description('send spans to an OTLP endpoint at a rate, and measure how it answers')
    .argument('<url>', 'without /v1/traces; of gRPC http://HOST:PORT')
    .addOption(
      new Option('--protocol <name>', 'how').choices(['http/protobuf', 'http/json', 'grpc']).default('http/protobuf'),
    )
    .option('--gzip', 'compress each body')
    .option('--rate <spans>', 'spans a second, or max', '10000')
    .option('--duration <duration>', 'how long', '30s')
    .addOption(number('--connections <count>', 'connections', 4, 1_000))
    .addOption(number('--concurrency <count>', 'requests under way at once', 16, 10_000))
    .addOption(number('--batch <spans>', 'spans of a request', 500, 50_000))
    .addOption(number('--spans-per-trace <count>', 'spans of a trace', 20, 50_000))
    .addOption(new Option('--shape <name>', 'how they hang together').choices(['tree', 'chain', 'fan']).default('tree'))
    .addOption(number('--services <count>', 'different services', 10, 100))
    .addOption(number('--attributes <count>', 'attributes of a span', 8, 1_000))
    .addOption(number('--attribute-bytes <bytes>', 'length of their values', 24, 100_000))
    .addOption(number('--cardinality <count>', 'different values of user.id', 10_000, 99_999_999))
    .addOption(new Option('--tenant <name>', 'sent as X-Scope-OrgID').env('THROUGHLINE_TENANT'))
    .option('--timeout <duration>', 'longest wait for one answer', '60s')
    .option('--no-progress', 'no progress line')
    .option('--json', 'the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, options: Options) => {
      const server = serverOf({
        url: checkUrl('the URL', url).replace(/\/v1\/traces$/, ''),
        timeout: options.timeout,
        ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
      });
      const spansPerSecond = rateOf(options.rate);
      const durationMs = Number(durationOf('--duration', options.duration, '30s', 1n)) / 1e6;
      const { runLoad } = await import('./load/run-load.ts');
      using interrupt = untilInterrupted();
      finish(
        await runLoad({
          terminal,
          server,
          protocol: options.protocol,
          isCompressed: options.gzip === true,
          shape: {
            spansPerRequest: options.batch,
            spansPerTrace: Math.min(options.spansPerTrace, options.batch),
            shape: options.shape,
            services: options.services,
            attributes: options.attributes,
            attributeBytes: options.attributeBytes,
            cardinality: options.cardinality,
          },
          spansPerSecond,
          durationMs,
          connections: options.connections,
          concurrency: options.concurrency,
          isJson: options.json === true,
          hasProgress: terminal.hasProgress && options.progress && options.json !== true,
          nowUnixNano,
          signal: interrupt.signal,
        }),
      );
    });
}

function rateOf(text: string): number | undefined {
  if (text === 'max') return undefined;
  const rate = Number(text);
  if (rate > 0 && rate < Number.POSITIVE_INFINITY) return rate;
  throw new CodedError('invalid_usage', `--rate takes spans a second, or max, not ${JSON.stringify(text)}`);
}
