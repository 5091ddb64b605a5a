import { addBusinessContext, withSpan } from '@throughline/sdk';
import { randomUUID } from 'node:crypto';
import type { OrderLine, OrderRequest } from '../catalogue.ts';
import type { TracedDatabase } from '../database/traced-database.ts';
import { isOn } from '../faults.ts';
import type { TracedQueue } from '../queue/traced-queue.ts';
import { ShopError } from '../shop-error.ts';
import type { Reservations } from './reservations.ts';

export interface TakenOrder {
  readonly orderId: string;
  readonly status: 'accepted';
  readonly totalCents: number;
}

interface OrderParts {
  readonly database: TracedDatabase;
  readonly queue: TracedQueue;
  readonly inventory: Reservations;
}

/**
 * Prices an order, reserves what it needs, keeps it, and asks for its payment by a message.
 *
 * @throws ShopError `unknown_article`, and those of the reservation and the broker
 */
export async function takeOrder(
  request: OrderRequest,
  { database, queue, inventory }: OrderParts,
): Promise<TakenOrder> {
  const orderId = randomUUID();
  const { customer, lines } = request;
  addBusinessContext({ userId: customer, order: orderId });
  const totalCents = await withSpan('price order', { attributes: { 'shop.order.lines': lines.length } }, async () =>
    total(lines, await pricesOf(database, lines)),
  );
  addBusinessContext({ totalCents });

  await inventory.hold(orderId, lines);
  await database.query(
    'orders',
    'INSERT INTO orders (id, customer, lines, total_cents, status) VALUES ($1, $2, $3, $4, $5)',
    [orderId, customer, JSON.stringify(lines), totalCents, 'accepted'],
  );
  await queue.publish('orders.placed', { orderId, customer, totalCents });
  return { orderId, status: 'accepted', totalCents };
}

/** By article, in cents. */
async function pricesOf(database: TracedDatabase, lines: readonly OrderLine[]): Promise<ReadonlyMap<string, number>> {
  const articles = [...new Set(lines.map(({ article }) => article))];
  const ask = (some: readonly string[]) =>
    database.query<{ article: string; price_cents: number }>(
      'prices',
      `SELECT article, price_cents FROM prices WHERE article IN (${some.map((_, index) => `$${index + 1}`).join(', ')})`,
      some,
    );
  const rows = isOn('n-plus-one') ? await oneByOne(articles, ask) : await ask(articles);
  return new Map(rows.map(({ article, price_cents }) => [article, price_cents]));
}

/** The mistake that the fault `n-plus-one` shows. */
async function oneByOne<R>(
  articles: readonly string[],
  ask: (some: readonly string[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const rows: R[] = [];
  for (const article of articles) rows.push(...(await ask([article])));
  return rows;
}

function total(lines: readonly OrderLine[], prices: ReadonlyMap<string, number>): number {
  let cents = 0;
  for (const { article, count } of lines) {
    const price = prices.get(article);
    if (price === undefined) throw new ShopError('unknown_article', 404, `The shop does not sell ${article}`);
    cents += price * count;
  }
  return cents;
}
