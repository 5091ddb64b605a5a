import { serviceName, type Span, SpanKind, StatusCode } from '@throughline/model';
import { decodeOtlpJson } from '@throughline/wire';
import { startThroughline, type ThroughlineProcess } from 'throughline/testing/throughline-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findServer, installCommand } from '../../scripts/servers.ts';
import { startPostgresql } from '../servers/postgresql.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import type { TestServer } from '../servers/server-process.ts';
import { byLabel, labelOf, treeOf } from '../span-tree.ts';
import { executablePath } from '../worker-browser.ts';
import { orderByFetch, orderByPage, type PlacedOrder } from './place-order.ts';
import { type HeldBank, startHeldBank } from './held-bank.ts';
import { startShop } from './shop-process.ts';

const hasBrowser = executablePath !== undefined;
if (!hasBrowser) {
  console.warn(
    'Orders do not begin in a browser but with fetch: install Chromium (Debian: "apt-get install chromium-headless-shell").',
  );
}
const rabbitmq = findServer('rabbitmq');
const postgresql = findServer('postgresql');
const hasServers = rabbitmq !== undefined && postgresql !== undefined;
if (!hasServers) {
  console.warn(
    `The shop with RabbitMQ and PostgreSQL is not tested: run "${installCommand(['rabbitmq', 'postgresql'])}".`,
  );
}

const SERVICES = ['inventory', 'payments', 'notifications', 'orders', 'gateway'];
const OWN = { title: 'its own broker and SQLite', broker: 'shop_broker', database: 'sqlite', namespace: 'orders' };
const REAL = { title: 'RabbitMQ and PostgreSQL', broker: 'rabbitmq', database: 'postgresql', namespace: 'shop_orders' };

type Orders = Readonly<Record<'paid' | 'declined' | 'failed', PlacedOrder>>;

/** Starts a shop, places orders through its page or by fetch, and ends it, so that all spans have arrived. */
async function placeOrders(product: ThroughlineProcess, variant: typeof OWN, byPage: boolean): Promise<Orders> {
  const servers: TestServer[] = [];
  await using bank = await startHeldBank();
  try {
    const env: Record<string, string> = {
      OTEL_EXPORTER_OTLP_ENDPOINT: product.listen['otlp-http'] ?? '',
      SHOP_THROUGHLINE_URL: product.listen['http'] ?? '',
      SHOP_BANK_URL: bank.url,
    };
    if (variant === REAL) {
      const [queue, database] = await Promise.all([startRabbitmq(rabbitmq ?? ''), startPostgresql(postgresql ?? '')]);
      servers.push(queue, database);
      env['SHOP_AMQP_URL'] = `amqp://guest:guest@127.0.0.1:${queue.port}`;
      env['SHOP_POSTGRES_URL'] = `postgres://postgres@127.0.0.1:${database.port}/postgres`;
    }
    await using shop = await startShop(variant === REAL ? SERVICES : ['broker', ...SERVICES], env);
    const orders = await placeThree(shop.url, bank, byPage);
    const { code, errors } = await shop.stop();
    expect([code, errors.split('\n').filter((line) => !line.includes('The scanner of the shelves'))]).toEqual([
      0,
      [expect.stringContaining('The inventory failed 2 times'), ''],
    ]);
    return orders;
  } finally {
    for (const server of servers) await server[Symbol.asyncDispose]();
  }
}

/** One order that is paid, one that is declined, and one that cannot be reserved. */
async function placeThree(shop: string, bank: HeldBank, byPage: boolean): Promise<Orders> {
  const placer = byPage ? await orderByPage(shop) : orderByFetch(shop);
  try {
    const paid = await placer.order('ada', bank, 201);
    const declined = await placer.order('mallory', bank, 402);
    const fault = await fetch(`${shop}/faults/failing-inventory`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"on":true}',
    });
    expect(await fault.json()).toEqual({ 'failing-inventory': true });
    return { paid, declined, failed: await placer.order('ada', bank, undefined) };
  } finally {
    await placer.close();
  }
}

let product: ThroughlineProcess;
beforeAll(async () => {
  product = await startThroughline(['--store', 'memory:']);
});
afterAll(() => product?.stop());

describe.each([
  { ...OWN, variant: OWN, byPage: hasBrowser, skip: false },
  { ...REAL, variant: REAL, byPage: false, skip: !hasServers },
])('the shop with $title', ({ variant, byPage, skip, broker, database, namespace }) => {
  let traces: Readonly<Record<keyof Orders, readonly Span[]>>;

  beforeAll(async () => {
    if (skip) return;
    const orders = await placeOrders(product, variant, byPage);
    traces = {
      paid: await spansOf(orders.paid),
      declined: await spansOf(orders.declined),
      failed: await spansOf(orders.failed),
    };
  }, 120_000);

  async function getJson(path: string): Promise<unknown> {
    const response = await fetch(`${product.listen['http'] ?? ''}${path}`);
    expect(response.status).toBe(200);
    return response.json();
  }

  /** The page knows the trace that it began; otherwise it is found by what is known of the order. */
  async function spansOf({ traceId, query }: PlacedOrder): Promise<readonly Span[]> {
    if (traceId !== undefined)
      return decodeOtlpJson(JSON.stringify(await getJson(`/v1/traces/${traceId}?format=otlp`))).spans;
    const answer = await getJson(`/v1/traces?${new URLSearchParams({ q: query }).toString()}`);
    // The native API's own answer.
    const found = (answer as { readonly traces: readonly { readonly trace_id: string }[] }).traces;
    expect(found).toHaveLength(1);
    return spansOf({ query, traceId: found[0]?.trace_id });
  }

  function only(spans: readonly Span[], label: string): Span {
    const found = spans.filter((span) => labelOf(span) === label);
    expect([label, found.length]).toEqual([label, 1]);
    // There is one.
    return found[0] as Span;
  }

  const attributesOf = (span: Span): Record<string, unknown> => Object.fromEntries(span.attributes);
  const failedSpans = (spans: readonly Span[]): readonly string[] =>
    spans
      .filter(({ status }) => status.code === StatusCode.ERROR)
      .map(labelOf)
      .toSorted();

  /** The whole trace of an order, from what began it. `afterwards` is what orders does when it learns of the payment. */
  const wholeTrace = (...afterwards: readonly unknown[]): readonly unknown[] => {
    const gateway = [
      'gateway: POST /api/orders SERVER',
      [
        'gateway: POST /orders CLIENT',
        [
          'orders: POST /orders SERVER',
          ['orders: database.query CLIENT'],
          ['orders: price order INTERNAL', ['orders: database.query CLIENT']],
          [
            'orders: PUT /reservations/{orderId} CLIENT',
            [
              'inventory: PUT /reservations/:orderId SERVER',
              [
                'inventory: reserve stock INTERNAL',
                ...Array.from({ length: 2 }, () => ['inventory: database.query CLIENT']),
              ],
            ],
          ],
          [
            'orders: send orders.placed PRODUCER',
            [
              'payments: process orders.placed CONSUMER',
              ['payments: database.query CLIENT'],
              ['payments: POST /charges CLIENT'],
              [
                'payments: send payments.settled PRODUCER',
                [
                  'notifications: process payments.settled CONSUMER',
                  ['notifications: database.query CLIENT'],
                  ['notifications: send mail INTERNAL'],
                ],
                ['orders: process payments.settled CONSUMER', ['orders: database.query CLIENT'], ...afterwards],
              ],
            ],
          ],
        ],
      ],
    ];
    return byPage ? ['shop-page: POST /api/orders CLIENT', gateway] : gateway;
  };

  const rootsOf = (spans: readonly Span[]): readonly unknown[] =>
    spans.filter(({ parentSpanId }) => parentSpanId === '').map((root) => treeOf(root, spans, byLabel));

  test.skipIf(skip)('an order is one trace, from the request to the mail that two messages later is sent', () => {
    expect(rootsOf(traces.paid)).toEqual([wholeTrace()]);
    expect(failedSpans(traces.paid)).toEqual([]);
    for (const { resource } of traces.paid) {
      expect(resource.attributes.get('service.namespace')).toBe('shop');
    }
  });

  test.skipIf(skip)('spans say on whose behalf they work', () => {
    const { paid } = traces;
    const gateway = attributesOf(only(paid, 'gateway: POST /api/orders SERVER'));
    expect(gateway).toMatchObject({ 'user.id': 'ada', 'http.response.status_code': 202n, 'business.lines': 3n });
    expect(gateway['session.id']).toEqual(expect.any(String));
    const order = gateway['business.order'];
    expect(order).toMatch(/^[0-9a-f-]{36}$/);
    for (const label of [
      'orders: POST /orders SERVER',
      'payments: process orders.placed CONSUMER',
      'notifications: process payments.settled CONSUMER',
    ]) {
      expect(attributesOf(only(paid, label))).toMatchObject({ 'user.id': 'ada', 'business.order': order });
    }
    expect(only(paid, 'payments: process orders.placed CONSUMER').attributes.get('business.payment')).toBe('paid');
    if (byPage) {
      const page = attributesOf(only(paid, 'shop-page: POST /api/orders CLIENT'));
      expect(page).toMatchObject({ 'http.response.status_code': 202n, 'session.id': gateway['session.id'] });
    }
  });

  test.skipIf(skip)('messages and queries are described by the conventions', () => {
    const { paid } = traces;
    const sent = attributesOf(only(paid, 'orders: send orders.placed PRODUCER'));
    expect(sent).toMatchObject({
      'messaging.system': broker,
      'messaging.destination.name': 'orders.placed',
      'messaging.operation.type': 'send',
    });
    expect(attributesOf(only(paid, 'payments: process orders.placed CONSUMER'))).toMatchObject({
      'messaging.system': broker,
      'messaging.destination.subscription.name': 'payments',
      'messaging.operation.type': 'process',
      'messaging.message.id': sent['messaging.message.id'],
    });
    const queries = paid.filter((span) => span.name === 'database.query');
    expect(new Set(queries.map(({ attributes }) => attributes.get('db.system.name')))).toEqual(new Set([database]));
    expect(new Set(queries.map(({ kind }) => kind))).toEqual(new Set([SpanKind.CLIENT]));
    const update = queries.find(
      ({ attributes }) =>
        attributes.get('db.operation.name') === 'UPDATE' && attributes.get('db.collection.name') === 'orders',
    );
    expect(update === undefined ? undefined : attributesOf(update)).toMatchObject({
      'db.namespace': namespace,
      'db.query.text': 'UPDATE orders SET status = $1 WHERE id = $2',
    });
  });

  test.skipIf(skip)('a declined card is no failure of the shop, and the stock is given back', () => {
    const released = [
      'orders: DELETE /reservations/{orderId} CLIENT',
      [
        'inventory: DELETE /reservations/:orderId SERVER',
        ...Array.from({ length: 2 }, () => ['inventory: database.query CLIENT']),
      ],
    ];
    expect(rootsOf(traces.declined)).toEqual([wholeTrace(released)]);
    expect(failedSpans(traces.declined)).toEqual(['payments: POST /charges CLIENT']);
    const payment = only(traces.declined, 'payments: process orders.placed CONSUMER');
    expect(attributesOf(payment)).toMatchObject({ 'user.id': 'mallory', 'business.payment': 'declined' });
  });

  test.skipIf(skip)(
    'a failing inventory is tried twice; every span above it says that it failed, and nothing is sent',
    () => {
      const { failed } = traces;
      expect(failedSpans(failed)).toEqual([
        'gateway: POST /api/orders SERVER',
        'gateway: POST /orders CLIENT',
        'inventory: PUT /reservations/:orderId SERVER',
        'inventory: PUT /reservations/:orderId SERVER',
        'orders: POST /orders SERVER',
        'orders: PUT /reservations/{orderId} CLIENT',
        'orders: PUT /reservations/{orderId} CLIENT',
        ...(byPage ? ['shop-page: POST /api/orders CLIENT'] : []),
      ]);
      expect(failed.filter(({ kind }) => kind === SpanKind.PRODUCER)).toEqual([]);
      const inventory = failed.filter(
        ({ resource, kind }) => serviceName(resource) === 'inventory' && kind === SpanKind.SERVER,
      );
      for (const { events } of inventory) {
        expect(events.map(({ name, attributes }) => [name, attributes.get('exception.message')])).toEqual([
          ['exception', 'The scanner of the shelves is offline'],
        ]);
      }
      expect(only(failed, 'orders: POST /orders SERVER').events.map(({ name }) => name)).toEqual([
        'retry',
        'exception',
      ]);
    },
  );
});

test('the dependencies of the services are those of the shop', async () => {
  const response = await fetch(`${product.listen['http'] ?? ''}/v1/dependencies`);
  // The native API's own answer.
  const { edges } = (await response.json()) as {
    readonly edges: readonly { readonly parent: string; readonly child: string }[];
  };
  expect(edges.map(({ parent, child }) => `${parent} -> ${child}`).toSorted()).toEqual([
    'gateway -> notifications',
    'gateway -> orders',
    'orders -> inventory',
    'orders -> payments',
    'payments -> notifications',
    'payments -> orders',
    ...(hasBrowser ? ['shop-page -> gateway'] : []),
  ]);
});
