import { addBusinessContext, withSpan } from '@throughline/sdk';
import { openDatabase } from '../database/traced-database.ts';
import { createHttpService, listen } from '../http-service.ts';
import type { SettledPayment } from '../queue/message-bodies.ts';
import { openQueue } from '../queue/traced-queue.ts';
import type { RunningService } from '../service.ts';

const TABLES = [
  'CREATE TABLE IF NOT EXISTS notifications (order_id TEXT PRIMARY KEY, customer TEXT NOT NULL, text TEXT NOT NULL)',
];

/** Tells customers how their payment went. Its mail goes to the log. */
export async function start(): Promise<RunningService> {
  const database = await openDatabase('notifications', TABLES);
  const queue = await openQueue();

  await queue.subscribe('payments.settled', 'notifications', async (payment) => {
    const { orderId, customer } = payment;
    addBusinessContext({ userId: customer, order: orderId });
    const text = textOf(payment);
    const kept = await database.query(
      'notifications',
      'INSERT INTO notifications (order_id, customer, text) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING order_id',
      [orderId, customer, text],
    );
    // A message may come twice; a customer gets one mail.
    if (kept.length === 0) return;
    withSpan('send mail', { attributes: { 'shop.mail.template': payment.status } }, () => {
      console.log(`mail to ${customer}: ${text}`);
    });
  });

  const app = await createHttpService('notifications');
  app.get<{ Params: { orderId: string } }>('/notifications/:orderId', async ({ params }) => {
    const rows = await database.query<{ text: string }>(
      'notifications',
      'SELECT text FROM notifications WHERE order_id = $1',
      [params.orderId],
    );
    return { texts: rows.map(({ text }) => text) };
  });
  return listen(app, 'notifications', async () => {
    await queue.close();
    await database.close();
  });
}

function textOf({ totalCents, status }: SettledPayment): string {
  const amount = (totalCents / 100).toFixed(2);
  return status === 'paid'
    ? `Thank you! ${amount} are paid, your order is on its way.`
    : `Your card was declined for ${amount}; the order is cancelled.`;
}
