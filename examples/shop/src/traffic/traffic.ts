import { setTimeout as wait } from 'node:timers/promises';
import { ARTICLES } from '../catalogue.ts';
import type { RunningService } from '../service.ts';
import { addressOf, ordersPerSecond } from '../settings.ts';

/** `mallory` has a card that the bank declines. */
const CUSTOMERS = ['ada', 'grace', 'alan', 'edsger', 'barbara', 'mallory'];
/** Orders that wait for an answer at the same time at most; more are not placed, but counted. */
const MAX_WAITING_ORDERS = 50;
const REPORT_INTERVAL_MS = 10_000;
const MAX_COUNT = 3;
/** One order in so many is for something that the shop does not sell. */
const ODD_ORDER_EVERY = 40;
/** After its order a customer looks once whether it is paid. */
const LOOK_AFTER_MS = 1_000;

/** Customers: they come at random times, at so many a second on average, however slow the shop is. */
export async function start(): Promise<RunningService> {
  const rate = ordersPerSecond();
  if (rate === 0) throw new Error('Without customers there is no traffic: SHOP_RATE is 0');
  const ending = new AbortController();
  const counts = { accepted: 0, refused: 0, failed: 0, skipped: 0 };
  const waiting = new Set<Promise<void>>();
  const report = setInterval(() => {
    const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
    console.log(`orders so far: ${parts.join(', ')}`);
  }, REPORT_INTERVAL_MS);

  const arrivals = async (): Promise<void> => {
    for (;;) {
      await wait((-Math.log(1 - Math.random()) / rate) * 1000, undefined, { signal: ending.signal });
      if (waiting.size >= MAX_WAITING_ORDERS) {
        counts.skipped++;
        continue;
      }
      const order = placeOrder(ending.signal).then((outcome) => {
        counts[outcome]++;
      });
      waiting.add(order);
      void order.finally(() => waiting.delete(order));
    }
  };
  const untilEnd = arrivals().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  return {
    address: null,
    close: async () => {
      ending.abort();
      clearInterval(report);
      await untilEnd;
      await Promise.all(waiting);
    },
  };
}

async function placeOrder(signal: AbortSignal): Promise<'accepted' | 'refused' | 'failed'> {
  try {
    const response = await fetch(new URL('/api/orders', addressOf('gateway')), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(randomOrder()),
      signal,
    });
    await response.text();
    if (response.status !== 202) return response.status < 500 ? 'refused' : 'failed';
    await wait(LOOK_AFTER_MS, undefined, { signal });
    const looked = await fetch(new URL(response.headers.get('location') ?? '', response.url), { signal });
    await looked.text();
    return 'accepted';
  } catch {
    return 'failed';
  }
}

function randomOrder(): unknown {
  const customer = CUSTOMERS[below(CUSTOMERS.length)];
  if (below(ODD_ORDER_EVERY) === 0) return { customer, lines: [{ article: 'coffee', count: 1 }] };
  const articles = ARTICLES.toSorted(() => Math.random() - 0.5).slice(0, 1 + below(ARTICLES.length));
  return { customer, lines: articles.map(({ name }) => ({ article: name, count: 1 + below(MAX_COUNT) })) };
}

/** A whole number from 0, below `limit`. */
function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}
