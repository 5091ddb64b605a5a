import { Command, Option } from 'commander';
import { LISTENERS } from '../config/listeners.ts';
import { wholeNumber } from './client/client-options.ts';
import { positive } from './simulate-command.ts';

const EXAMPLES = `
Examples:
  $ throughline demo                            the web UI with a living shop, data in a temporary folder
  $ throughline demo --scenario banking         another of "throughline simulate --list"
  $ throughline demo --http 8080 --data-dir ./demo-data

The last minutes are there from the start; then it goes on in real time, with a fault of another kind every minute. What
is wrong is logged when it begins. Ctrl-C ends it, and removes the data unless --data-dir was given.`;

export interface DemoOptions {
  readonly scenario: string;
  readonly seed: number;
  readonly rate?: number;
  readonly dataDir?: string;
  readonly logFormat?: string;
  /** Listeners by their option names. */
  readonly [listener: string]: unknown;
}

/** `throughline demo`: the product with a simulated system that sends to it, until SIGINT or SIGTERM. */
export function demoCommand(): Command {
  const command = new Command('demo')
    .description('run everything with a living example: a shop with rotating faults')
    .option('--scenario <name>', 'a name from "throughline simulate --list", or a file', 'shop')
    .addOption(new Option('--seed <number>', 'what chance is made from').argParser(wholeNumber(0)).default(1))
    .addOption(new Option('--rate <number>', 'requests a second').argParser(positive))
    .option('--data-dir <dir>', 'where to keep the data (default: a temporary folder)')
    .addOption(new Option('--log-format <format>', 'how to log').choices(['json', 'pretty']))
    .addHelpText('after', EXAMPLES);
  for (const { name, defaultPort, what, available } of LISTENERS) {
    if (!available) continue;
    command.option(
      `--${name} <address>`,
      `${what} (default: ${defaultPort === undefined ? 'off' : `127.0.0.1:${defaultPort}`})`,
    );
  }
  return command.action(async (options: DemoOptions) => {
    const { runDemo } = await import('./demo/run-demo.ts');
    await runDemo(options);
  });
}
