import { createTracedClient, HttpResponseError } from '@throughline/sdk';
import { trace } from '@opentelemetry/api';
import type { OrderLine } from '../catalogue.ts';
import { addressOf } from '../settings.ts';
import { ShopError } from '../shop-error.ts';

/** Stock that the inventory holds for orders. */
export interface Reservations {
  /** @throws ShopError `out_of_stock`, or `inventory_unavailable` after the second failure */
  hold(orderId: string, lines: readonly OrderLine[]): Promise<void>;
  release(orderId: string): Promise<void>;
}

const TIMEOUT_MS = 2_000;
const MAX_ATTEMPTS = 2;

export function reservations(): Reservations {
  const client = createTracedClient({ baseUrl: addressOf('inventory'), timeoutMs: TIMEOUT_MS });
  const template = '/reservations/{orderId}';
  return {
    hold: async (orderId, lines) => {
      for (let attempt = 1; ; attempt++) {
        try {
          await client.put(`/reservations/${orderId}`, { lines }, { template });
          return;
        } catch (error) {
          if (error instanceof HttpResponseError && error.status === 409) {
            throw new ShopError('out_of_stock', 409, 'There is not enough of what you ordered');
          }
          if (attempt === MAX_ATTEMPTS) {
            throw new ShopError('inventory_unavailable', 503, `The inventory failed ${MAX_ATTEMPTS} times`);
          }
          trace.getActiveSpan()?.addEvent('retry', { 'shop.attempt': attempt, reason: String(error) });
        }
      }
    },
    release: (orderId) => client.delete(`/reservations/${orderId}`, { template }),
  };
}
