// Runs one service: `node --conditions=throughline-source src/service.ts orders`.
import { addTraceIdsToConsole, startTracing, type Tracing } from '@throughline/sdk';
import type { AddressInfo } from 'node:net';
import { addressOf, addressVariable, isServiceName, otlpUrl, SERVICE_NAMES, type ServiceName } from './settings.ts';

export interface RunningService {
  /** Where it listens, if it does. */
  readonly address: AddressInfo | string | null;
  /** Ends when what is under way is done. */
  close(): Promise<void>;
}

/** What a service that the launcher started tells it. */
export interface ReadyMessage {
  readonly ready: ServiceName;
  readonly port: number | undefined;
}

/** Loaded when tracing has started, so that everything they import is instrumented. */
const STARTS: Readonly<Record<ServiceName, () => Promise<{ start(): Promise<RunningService> }>>> = {
  broker: () => import('./broker/broker.ts'),
  bank: () => import('./bank/bank.ts'),
  inventory: () => import('./inventory/inventory.ts'),
  payments: () => import('./payments/payments.ts'),
  notifications: () => import('./notifications/notifications.ts'),
  orders: () => import('./orders/orders.ts'),
  gateway: () => import('./gateway/gateway.ts'),
  traffic: () => import('./traffic/traffic.ts'),
};

/** Not the shop's own: the bank is somebody else's, the customers are, and a broker has no SDK. */
const UNTRACED: ReadonlySet<ServiceName> = new Set(['bank', 'broker', 'traffic']);

function startShopTracing(serviceName: ServiceName): Tracing | undefined {
  if (UNTRACED.has(serviceName)) return undefined;
  addTraceIdsToConsole();
  return startTracing({
    serviceName,
    resource: { attributes: { 'service.namespace': 'shop', 'service.version': '1.0.0' } },
    exporters: [{ type: 'otlp', endpoint: otlpUrl() }],
    // Somebody is watching: spans leave after half a second.
    batch: { scheduleDelayMs: 500 },
    // Nobody looks for the page's files, or for what only an example has.
    http: {
      ignoreIncoming: ['/', /^\/page[.-]/, '/health', '/settings', /^\/faults/],
    },
  });
}

async function run(name: ServiceName): Promise<void> {
  const stop = Promise.withResolvers<void>();
  process.on('SIGTERM', stop.resolve);
  process.on('SIGINT', stop.resolve);
  // The launcher is gone.
  process.on('disconnect', stop.resolve);

  const tracing = startShopTracing(name);
  const module = await STARTS[name]();
  const service = await module.start();
  const port = typeof service.address === 'object' ? service.address?.port : undefined;
  process.send?.({ ready: name, port } satisfies ReadyMessage);
  console.log(port === undefined ? 'runs' : `listens on port ${port}`);
  await stop.promise;
  await service.close();
  await tracing?.shutdown();
  if (process.connected) process.disconnect();
}

function reasonOf(error: unknown, name: ServiceName): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error.message;
  const { host } = addressOf(name);
  return `${host} is in use, maybe by another shop; choose another address with ${addressVariable(name)}, or --free-ports`;
}

const [name = ''] = process.argv.slice(2);
if (isServiceName(name)) {
  try {
    await run(name);
  } catch (error) {
    console.error(reasonOf(error, name));
    process.exit(1);
  }
} else {
  console.error(`Which service? One of ${SERVICE_NAMES.join(', ')}.`);
  process.exit(2);
}
