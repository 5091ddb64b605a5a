import { addBusinessContext, createTracedClient, HttpResponseError } from '@throughline/sdk';
import { openDatabase } from '../database/traced-database.ts';
import { createHttpService, listen } from '../http-service.ts';
import type { PlacedOrder, SettledPayment } from '../queue/message-bodies.ts';
import { openQueue } from '../queue/traced-queue.ts';
import type { RunningService } from '../service.ts';
import { addressOf } from '../settings.ts';

const TABLES = [
  'CREATE TABLE IF NOT EXISTS payments (order_id TEXT PRIMARY KEY, customer TEXT NOT NULL, amount_cents INTEGER NOT NULL, status TEXT NOT NULL)',
];
const BANK_TIMEOUT_MS = 10_000;

/** Charges the card for each order that was placed, and tells how it went. */
export async function start(): Promise<RunningService> {
  const database = await openDatabase('payments', TABLES);
  const queue = await openQueue();
  const bank = createTracedClient({
    baseUrl: addressOf('bank'),
    timeoutMs: BANK_TIMEOUT_MS,
    startAttributes: () => ({ 'peer.service': 'bank' }),
  });

  const charge = async (order: PlacedOrder): Promise<SettledPayment['status']> => {
    const request = { customer: order.customer, amountCents: order.totalCents };
    try {
      await bank.post('/charges', request, { template: '/charges', headers: { 'idempotency-key': order.orderId } });
      return 'paid';
    } catch (error) {
      // That a card is declined is an answer, not a failure of ours.
      if (error instanceof HttpResponseError && error.status === 402) return 'declined';
      throw error;
    }
  };

  await queue.subscribe('orders.placed', 'payments', async (order) => {
    addBusinessContext({ userId: order.customer, order: order.orderId });
    const status = await charge(order);
    addBusinessContext({ payment: status });
    await database.query(
      'payments',
      'INSERT INTO payments (order_id, customer, amount_cents, status) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [order.orderId, order.customer, order.totalCents, status],
    );
    await queue.publish('payments.settled', { ...order, status });
  });

  return listen(await createHttpService('payments'), 'payments', async () => {
    await queue.close();
    await database.close();
  });
}
