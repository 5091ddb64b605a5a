import { CodedError } from '@throughline/model';
import { Command, Option } from 'commander';
import { LISTENERS } from '../config/listeners.ts';
import { loadConfig } from '../config/load.ts';
import { createLogger } from '../up/logger.ts';

const EXAMPLES = `
Examples:
  $ throughline up                                    everything on 127.0.0.1, data in ./throughline-data
  $ throughline up --http 0.0.0.0:16686               the UI and API for the whole network
  $ throughline up --http 0 --otlp-grpc off           any free port; without OTLP/gRPC
  $ throughline up --store memory:                    nothing on disk, gone at exit
  $ throughline up --config throughline.yaml --set limits.query_timeout_ms=60000

Every flag is also a key of the configuration file and a variable: --otlp-http is otlp_http and
THROUGHLINE_OTLP_HTTP. Flags win over variables, variables over the file.`;

/** `throughline up`: runs the product until SIGINT or SIGTERM. */
export function upCommand(): Command {
  const command = new Command('up')
    .description('run the collector, the store, the query API and the web UI')
    .option('--config <file>', 'YAML configuration file')
    .option('--data-dir <dir>', 'where the embedded store keeps its files (default: ./throughline-data)')
    .option('--store <url>', 'chdb:DIR, memory: or clickhouse://...')
    .addOption(new Option('--log-format <format>', 'how to log').choices(['json', 'pretty']))
    .addOption(
      new Option('--log-level <level>', 'least severe level').choices([
        'trace',
        'debug',
        'info',
        'warn',
        'error',
        'silent',
      ]),
    )
    .option('--cors-allowed-origins <list>', 'origins besides localhost, comma separated; * allows all')
    .option('--allowed-hosts <list>', 'names that a server on a loopback address answers to, comma separated')
    .option('--base-path <path>', 'path that a reverse proxy serves the web app and its API under')
    .option('--set <key=value...>', 'any other configuration key, e.g. limits.max_body_bytes=1000000')
    .addHelpText('after', EXAMPLES);
  for (const { name, defaultPort, what, available } of LISTENERS) {
    const fallback = available && defaultPort !== undefined ? `127.0.0.1:${defaultPort}` : 'off';
    command.option(`--${name} <address>`, `${what} (default: ${fallback})`);
  }
  return command.action(async (options: Record<string, string | string[]>) => {
    await runUp(options);
  });
}

async function runUp(options: Readonly<Record<string, string | string[]>>): Promise<void> {
  const flags: Record<string, string> = {};
  let file: string | undefined;
  for (const [option, value] of Object.entries(options)) {
    if (option === 'config') file = String(value);
    else if (option === 'set') for (const pair of [value].flat()) addPair(flags, pair);
    else flags[option.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = String(value);
  }
  const config = loadConfig({ file, env: process.env, flags });
  const logger = createLogger(config);
  const { up } = await import('../up/up.ts');
  const running = await up(config, logger);
  logger.info({ listen: running.listen }, 'ready');

  const stop = (signal: NodeJS.Signals): void => {
    logger.info({ signal }, 'draining');
    process.once(signal, () => process.exit(1));
    running.close().then(
      () => logger.info('stopped'),
      (error: unknown) => {
        logger.error({ err: error }, 'closing failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function addPair(flags: Record<string, string>, pair: string): void {
  const at = pair.indexOf('=');
  if (at <= 0) throw new CodedError('invalid_usage', `--set takes KEY=VALUE, not ${JSON.stringify(pair)}`);
  flags[pair.slice(0, at)] = pair.slice(at + 1);
}
