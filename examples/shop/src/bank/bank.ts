import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { isOn } from '../faults.ts';
import { createHttpService, listen } from '../http-service.ts';
import type { RunningService } from '../service.ts';

/** Whose cards the bank declines. */
const DECLINED_CUSTOMERS: ReadonlySet<string> = new Set(['mallory']);
const CHARGE_MS = 20;
const SLOW_CHARGE_MS = 1_500;
const SLOW_SPREAD_MS = 1_000;

/** Somebody else's system: it makes no spans, so that traces end where it is called. */
export async function start(): Promise<RunningService> {
  const app = await createHttpService('bank');
  app.post<{ Body: { customer: string; amountCents: number } }>('/charges', async ({ body }, reply) => {
    await wait(isOn('slow-bank') ? SLOW_CHARGE_MS + Math.random() * SLOW_SPREAD_MS : CHARGE_MS);
    if (DECLINED_CUSTOMERS.has(body.customer)) {
      return reply.code(402).send({ error: { code: 'card_declined', message: 'The card is declined' } });
    }
    return reply.code(201).send({ charge: randomUUID() });
  });
  return listen(app, 'bank', async () => {});
}
