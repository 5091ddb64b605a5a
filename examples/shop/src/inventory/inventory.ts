import { withSpan } from '@throughline/sdk';
import { ARTICLES, type OrderLine } from '../catalogue.ts';
import { openDatabase, type TracedDatabase } from '../database/traced-database.ts';
import { isOn } from '../faults.ts';
import { createHttpService, listen } from '../http-service.ts';
import type { RunningService } from '../service.ts';
import { ShopError } from '../shop-error.ts';
import { release, reserve } from './reserve.ts';

export const INVENTORY_TABLES = [
  'CREATE TABLE IF NOT EXISTS stock (article TEXT PRIMARY KEY, available INTEGER NOT NULL)',
  'CREATE TABLE IF NOT EXISTS reservations (order_id TEXT, article TEXT, count INTEGER NOT NULL, PRIMARY KEY (order_id, article))',
];
const FULL_SHELF = 500;
const RESTOCK_INTERVAL_MS = 30_000;

/** Knows how many there are of each article, and holds them for orders. */
export async function start(): Promise<RunningService> {
  const database = await openDatabase('inventory', INVENTORY_TABLES);
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
      if (missing.length === 0) return reply.code(201).send({ orderId: params.orderId });
      const message = `There is not enough ${missing.join(', ')}`;
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
