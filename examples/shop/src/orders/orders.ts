import { addBusinessContext } from '@throughline/sdk';
import { ARTICLES, type OrderRequest } from '../catalogue.ts';
import { openDatabase } from '../database/traced-database.ts';
import { createHttpService, listen } from '../http-service.ts';
import { openQueue } from '../queue/traced-queue.ts';
import type { RunningService } from '../service.ts';
import { ShopError } from '../shop-error.ts';
import { reservations } from './reservations.ts';
import { takeOrder } from './take-order.ts';

const TABLES = [
  'CREATE TABLE IF NOT EXISTS prices (article TEXT PRIMARY KEY, price_cents INTEGER NOT NULL)',
  'CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, customer TEXT NOT NULL, lines TEXT NOT NULL, total_cents INTEGER NOT NULL, status TEXT NOT NULL)',
  `INSERT INTO prices (article, price_cents) VALUES ${ARTICLES.map(({ name, priceCents }) => `('${name}', ${priceCents})`).join(', ')} ON CONFLICT DO NOTHING`,
];
const MAX_LINES = 20;
const LINE = {
  type: 'object',
  required: ['article', 'count'],
  properties: { article: { type: 'string', maxLength: 50 }, count: { type: 'integer', minimum: 1, maximum: 100 } },
};
const ORDER = {
  type: 'object',
  required: ['customer', 'lines'],
  properties: {
    customer: { type: 'string', minLength: 1, maxLength: 50 },
    lines: { type: 'array', minItems: 1, maxItems: MAX_LINES, items: LINE },
  },
};

/** Takes orders, answers before they are paid, and learns from a message how the payment went. */
export async function start(): Promise<RunningService> {
  const database = await openDatabase('orders', TABLES);
  const queue = await openQueue();
  const inventory = reservations();

  await queue.subscribe('payments.settled', 'orders', async ({ orderId, status }) => {
    addBusinessContext({ order: orderId });
    await database.query('orders', 'UPDATE orders SET status = $1 WHERE id = $2', [status, orderId]);
    if (status === 'declined') await inventory.release(orderId);
  });

  const app = await createHttpService('orders');
  app.post<{ Body: OrderRequest }>('/orders', { schema: { body: ORDER } }, async ({ body }, reply) => {
    const order = await takeOrder(body, { database, queue, inventory });
    return reply.code(202).header('location', `/orders/${order.orderId}`).send(order);
  });
  app.get<{ Params: { id: string } }>('/orders/:id', async ({ params: { id } }) => {
    const rows = await database.query<{ status: string; total_cents: number }>(
      'orders',
      'SELECT status, total_cents FROM orders WHERE id = $1',
      [id],
    );
    const [order] = rows;
    if (order === undefined) throw new ShopError('unknown_order', 404, `There is no order ${id}`);
    return { orderId: id, status: order.status, totalCents: order.total_cents };
  });
  return listen(app, 'orders', async () => {
    await queue.close();
    await database.close();
  });
}
