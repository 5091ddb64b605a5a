import { withSpan } from '@throughline/sdk';
import { ARTICLES, type OrderLine } from '../catalogue.ts';
import { openDatabase, type TracedDatabase } from '../database/traced-database.ts';
import { isOn } from '../faults.ts';
import { createHttpService, listen } from '../http-service.ts';
import type { RunningService } from '../service.ts';
import { ShopError } from '../shop-error.ts';

const TABLES = [
  'CREATE TABLE IF NOT EXISTS stock (article TEXT PRIMARY KEY, available INTEGER NOT NULL)',
  'CREATE TABLE IF NOT EXISTS reservations (order_id TEXT, article TEXT, count INTEGER NOT NULL, PRIMARY KEY (order_id, article))',
];
const FULL_SHELF = 500;
const RESTOCK_INTERVAL_MS = 30_000;

/** Knows how many there are of each article, and holds them for orders. */
export async function start(): Promise<RunningService> {
  const database = await openDatabase('inventory', TABLES);
  await restock(database);
  const restocking = setInterval(() => {
    restock(database).catch((error: unknown) => console.error(`restocking failed: ${String(error)}`));
  }, RESTOCK_INTERVAL_MS);

  const app = await createHttpService('inventory');
  let faultyAttempts = 0;
  app.put<{ Params: { orderId: string }; Body: { lines: readonly OrderLine[] } }>(
    '/reservations/:orderId',
    async ({ params, body }, reply) => {
      if (isOn('failing-inventory') && ++faultyAttempts % 3 !== 0) {
        throw new ShopError('scanner_offline', 503, 'The scanner of the shelves is offline');
      }
      const missing = await reserve(database, params.orderId, body.lines);
      if (missing === undefined) return reply.code(201).send({ orderId: params.orderId });
      const message = `There is not enough ${missing}`;
      return reply.code(409).send({ error: { code: 'out_of_stock', message } });
    },
  );
  app.delete<{ Params: { orderId: string } }>('/reservations/:orderId', async ({ params }, reply) => {
    await release(database, params.orderId);
    return reply.code(204).send();
  });
  return listen(app, 'inventory', async () => {
    clearInterval(restocking);
    await database.close();
  });
}

/** Takes what an order needs from the shelves, all or nothing. Gives the article of which there is not enough. */
async function reserve(
  database: TracedDatabase,
  orderId: string,
  lines: readonly OrderLine[],
): Promise<string | undefined> {
  return withSpan('reserve stock', { attributes: { 'shop.order.lines': lines.length } }, async (span) => {
    for (const { article, count } of lines) {
      const held = await database.query(
        'reservations',
        'INSERT INTO reservations (order_id, article, count) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING article',
        [orderId, article, count],
      );
      // An order that is reserved already: this is a repeated request.
      if (held.length === 0) continue;
      const taken = await database.query(
        'stock',
        'UPDATE stock SET available = available - $1 WHERE article = $2 AND available >= $1 RETURNING available',
        [count, article],
      );
      if (taken.length > 0) continue;
      await database.query('reservations', 'DELETE FROM reservations WHERE order_id = $1 AND article = $2', [
        orderId,
        article,
      ]);
      await release(database, orderId);
      span.addEvent('out of stock', { 'shop.article': article });
      return article;
    }
    return undefined;
  });
}

async function release(database: TracedDatabase, orderId: string): Promise<void> {
  const held = await database.query<{ article: string; count: number }>(
    'reservations',
    'DELETE FROM reservations WHERE order_id = $1 RETURNING article, count',
    [orderId],
  );
  for (const { article, count } of held) {
    await database.query('stock', 'UPDATE stock SET available = available + $1 WHERE article = $2', [count, article]);
  }
}

/** A job of its own: its trace begins here. */
function restock(database: TracedDatabase): Promise<void> {
  return withSpan('restock', { root: true }, async (span) => {
    const rows = ARTICLES.map((_, index) => `($${2 * index + 1}, $${2 * index + 2})`).join(', ');
    await database.query(
      'stock',
      `INSERT INTO stock (article, available) VALUES ${rows} ON CONFLICT (article) DO UPDATE SET available = excluded.available`,
      ARTICLES.flatMap(({ name }) => [name, FULL_SHELF]),
    );
    span.setAttribute('shop.articles', ARTICLES.length);
  });
}
