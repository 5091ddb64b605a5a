// Where everything is. Each address is a variable with a default, so that a service can be started alone.

export const SERVICE_NAMES = [
  'broker',
  'bank',
  'inventory',
  'payments',
  'notifications',
  'orders',
  'gateway',
  'traffic',
] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

const DEFAULT_PORTS: Readonly<Record<ServiceName, number>> = {
  gateway: 8080,
  orders: 8081,
  inventory: 8082,
  payments: 8083,
  notifications: 8084,
  bank: 8085,
  broker: 8086,
  traffic: 0,
};

/**
 * Services that are started at the same time: each calls only those of the groups before it. They end in the opposite
 * order, so payments before those who wait for its messages.
 */
export const START_ORDER: readonly (readonly ServiceName[])[] = [
  ['broker', 'bank', 'inventory'],
  ['notifications', 'orders'],
  ['payments'],
  ['gateway'],
  ['traffic'],
];

export function isServiceName(text: string): text is ServiceName {
  return SERVICE_NAMES.some((name) => name === text);
}

/** The variable with a service's address: where it listens, and where the others find it. */
export function addressVariable(name: ServiceName): string {
  return `SHOP_${name.toUpperCase()}_URL`;
}

export function addressOf(name: ServiceName): URL {
  return new URL(process.env[addressVariable(name)] ?? `http://127.0.0.1:${DEFAULT_PORTS[name]}`);
}

/** Where spans go, which the page in the browser needs to know, too. */
export function otlpUrl(): string {
  return process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? 'http://127.0.0.1:4318';
}

/** Where Throughline shows traces. */
export function throughlineUrl(): string {
  return process.env['SHOP_THROUGHLINE_URL'] ?? 'http://127.0.0.1:16686';
}

/** A RabbitMQ instead of the shop's own broker. */
export function amqpUrl(): string | undefined {
  return process.env['SHOP_AMQP_URL'];
}

/** A PostgreSQL instead of SQLite: each service has a schema of its own in it. */
export function postgresUrl(): string | undefined {
  return process.env['SHOP_POSTGRES_URL'];
}

/** The folder of the SQLite files; without it a database lives in memory and is gone with its service. */
export function dataDirectory(): string | undefined {
  return process.env['SHOP_DATA_DIR'];
}

const MAX_RATE = 1000;

/** Orders a second that customers place; 0: none. */
export function ordersPerSecond(text: string = process.env['SHOP_RATE'] ?? '1'): number {
  const rate = text.trim() === '' ? Number.NaN : Number(text);
  if (rate >= 0 && rate <= MAX_RATE) return rate;
  throw new Error(`--rate and SHOP_RATE are a number of orders a second, from 0 to ${MAX_RATE}; this is ${text}`);
}
