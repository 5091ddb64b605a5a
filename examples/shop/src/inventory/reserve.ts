import { withSpan } from '@throughline/sdk';
import type { OrderLine } from '../catalogue.ts';
import type { TracedDatabase } from '../database/traced-database.ts';

/** How many of an article an order, the first parameter, holds. */
const HELD = '(SELECT count FROM reservations WHERE order_id = $1 AND reservations.article = stock.article)';

/** Takes what an order needs from the shelves, all or nothing. Gives the articles of which there is not enough. */
export async function reserve(
  database: TracedDatabase,
  orderId: string,
  lines: readonly OrderLine[],
): Promise<readonly string[]> {
  return withSpan('reserve stock', { attributes: { 'shop.order.lines': lines.length } }, async (span) => {
    const counts = new Map<string, number>();
    for (const { article, count } of lines) counts.set(article, (counts.get(article) ?? 0) + count);
    const rows = [...counts].map((_, index) => `($1, $${2 * index + 2}, $${2 * index + 3})`);
    const held = await database.query<{ article: string }>(
      'reservations',
      `INSERT INTO reservations (order_id, article, count) VALUES ${rows.join(', ')} ON CONFLICT DO NOTHING RETURNING article`,
      [orderId, ...[...counts].flat()],
    );
    // An order that is reserved already: this is a repeated request.
    if (held.length === 0) return [];
    const taken = await database.query<{ article: string }>(
      'stock',
      `UPDATE stock SET available = available - ${HELD} WHERE available >= ${HELD} RETURNING article`,
      [orderId],
    );
    const missing = [...counts.keys()].filter((name) => taken.every(({ article }) => article !== name));
    if (missing.length > 0) {
      span.addEvent('out of stock', { 'shop.articles': missing });
      await database.query(
        'reservations',
        `DELETE FROM reservations WHERE order_id = $1 AND article IN (${missing.map((_, index) => `$${index + 2}`).join(', ')})`,
        [orderId, ...missing],
      );
      await release(database, orderId);
    }
    return missing;
  });
}

/** Puts back what an order holds, if anything. */
export async function release(database: TracedDatabase, orderId: string): Promise<void> {
  await database.query('stock', `UPDATE stock SET available = available + ${HELD} WHERE ${HELD} > 0`, [orderId]);
  await database.query('reservations', 'DELETE FROM reservations WHERE order_id = $1', [orderId]);
}
