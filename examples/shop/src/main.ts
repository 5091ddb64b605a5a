// Starts the shop: all its services and customers, or some of them.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { knownFault } from './faults.ts';
import { startServices } from './launch/start-services.ts';
import { configuredThroughline, findThroughline } from './launch/throughline.ts';
import {
  addressOf,
  addressVariable,
  amqpUrl,
  isServiceName,
  ordersPerSecond,
  SERVICE_NAMES,
  type ServiceName,
} from './settings.ts';

const HELP = `A tea shop of small services that send their traces to Throughline.

  npm run example                                     everything, with customers
  npm run example -- --rate 5 --faults slow-bank      five orders a second, and a fault
  npm run example -- orders                           one service alone

Options
  --rate N          orders a second that customers place (default 1; 0: no customers)
  --faults A,B      what goes wrong: slow-bank, failing-inventory, n-plus-one
  --free-ports      ports that the system picks, instead of 8080 to 8086
  --data-dir DIR    where SQLite's files are (default: a temporary folder)
  --help

Spans go to OTEL_EXPORTER_OTLP_ENDPOINT, else to the Throughline on this machine; with all services one is started if
none runs.
SHOP_AMQP_URL names a RabbitMQ instead of the shop's own broker, SHOP_POSTGRES_URL a PostgreSQL instead of SQLite.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rate: { type: 'string' },
      faults: { type: 'string' },
      'free-ports': { type: 'boolean', default: false },
      'data-dir': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const names = chosenServices(positionals, ordersPerSecond(values.rate));
  for (const name of (values.faults ?? '').split(',')) if (name !== '') knownFault(name);

  const stop = Promise.withResolvers<void>();
  process.once('SIGINT', () => stop.resolve());
  process.once('SIGTERM', () => stop.resolve());

  await using data = await dataFolder(values['data-dir']);
  // Who starts services one by one starts Throughline, too.
  await using throughline = positionals.length > 0 ? configuredThroughline() : await findThroughline();
  const env: Record<string, string> = {
    OTEL_EXPORTER_OTLP_ENDPOINT: throughline.otlpUrl,
    SHOP_THROUGHLINE_URL: throughline.url,
    SHOP_DATA_DIR: data.path,
    ...(values.rate === undefined ? {} : { SHOP_RATE: values.rate }),
    ...(values.faults === undefined ? {} : { SHOP_FAULTS: values.faults }),
  };
  if (values['free-ports']) for (const name of names) env[addressVariable(name)] = 'http://127.0.0.1:0';
  await using services = await startServices(names, env);
  if (names.includes('gateway'))
    console.log(`shop:   ${services.addresses.get('gateway') ?? addressOf('gateway').origin}`);
  console.log(`traces: ${throughline.url}`);
  console.log('Ctrl-C ends it.');
  await Promise.race([stop.promise, services.failed]);
}

/** The given folder, made if it is not there, or a temporary one that goes at the end. */
async function dataFolder(given: string | undefined): Promise<AsyncDisposable & { readonly path: string }> {
  if (given !== undefined) {
    await mkdir(given, { recursive: true });
    return { path: resolve(given), [Symbol.asyncDispose]: async () => {} };
  }
  const path = await mkdtemp(join(tmpdir(), 'throughline-shop-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function chosenServices(given: readonly string[], rate: number): readonly ServiceName[] {
  const unknown = given.find((name) => !isServiceName(name));
  if (unknown !== undefined) throw new Error(`No service is called ${unknown}; there are ${SERVICE_NAMES.join(', ')}`);
  return SERVICE_NAMES.filter((name) => {
    if (given.length > 0) return given.includes(name);
    if (name === 'broker') return amqpUrl() === undefined;
    return name !== 'traffic' || rate > 0;
  });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
