import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import { workerBrowser } from '../worker-browser.ts';
import type { HeldBank } from './held-bank.ts';

/** An order, as its trace can be found. */
export interface PlacedOrder {
  readonly traceId: string | undefined;
  readonly query: string;
}

/** Places orders for a tea, a teapot and a cup. */
export interface OrderPlacer {
  /**
   * Waits for 202 before the bank answers with `chargeStatus`, and then until there is mail about it. Without a status the
   * order is to fail.
   */
  order(customer: string, bank: HeldBank, chargeStatus: number | undefined): Promise<PlacedOrder>;
  close(): Promise<void>;
}

const LINES = ['tea', 'teapot', 'cup'].map((article) => ({ article, count: 1 }));
const POLLING = { interval: 50, timeout: 20_000 };

/** As a program without tracing: the gateway begins the trace. */
export function orderByFetch(shop: string): OrderPlacer {
  return {
    order: async (customer, bank, chargeStatus) => {
      const session = randomUUID();
      const placed = { traceId: undefined, query: `{ span.session.id = "${session}" }` };
      const charge = chargeStatus === undefined ? undefined : bank.nextCharge();
      const response = await fetch(`${shop}/api/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ customer, session, lines: LINES }),
      });
      const answer: unknown = await response.json();
      if (charge === undefined || chargeStatus === undefined) {
        expect([response.status, answer]).toMatchObject([503, { error: { code: 'inventory_unavailable' } }]);
        return placed;
      }
      expect([response.status, answer]).toMatchObject([202, { status: 'accepted', totalCents: 3630 }]);
      const { traceparent, answer: settle } = await charge;
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]$/);
      settle(chargeStatus);
      await vi.waitFor(async () => {
        const status = await fetch(new URL(response.headers.get('location') ?? '', shop));
        expect(await status.json()).toMatchObject({
          status: chargeStatus === 201 ? 'paid' : 'declined',
          mail: [expect.any(String)],
        });
      }, POLLING);
      return placed;
    },
    close: async () => {},
  };
}

/** As a customer in a browser: the page begins the trace. */
export async function orderByPage(shop: string): Promise<OrderPlacer> {
  const context = await (await workerBrowser()).newContext();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  let orders = 0;
  let spansTaken = 0;
  page.on('response', (response) => {
    const isSpan = response.url().endsWith('/v1/traces') && response.request().method() === 'POST';
    if (isSpan && response.status() === 200) spansTaken++;
  });
  await page.goto(shop);
  return {
    order: async (customer, bank, chargeStatus) => {
      const charge = chargeStatus === undefined ? undefined : bank.nextCharge();
      await page.getByLabel('Customer').selectOption(customer);
      await page.getByTestId('place-order').click();
      const order = page.getByTestId('order').first();
      const reaches = async (state: string): Promise<void> => {
        await vi.waitFor(async () => expect(await order.getAttribute('data-state')).toBe(state), POLLING);
      };
      if (charge === undefined || chargeStatus === undefined) await reaches('failed');
      else {
        await reaches('accepted');
        (await charge).answer(chargeStatus);
        await reaches(chargeStatus === 201 ? 'paid' : 'declined');
      }
      orders++;
      await vi.waitFor(() => expect(spansTaken).toBe(orders), POLLING);
      const href = await order.getByRole('link').getAttribute('href');
      expect(problems).toEqual([]);
      return { traceId: /\/trace\/([0-9a-f]{32})$/.exec(href ?? '')?.[1], query: '' };
    },
    close: () => context.close(),
  };
}
