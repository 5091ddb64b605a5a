import type { FastifyInstance } from 'fastify';
import { createQueryClient, type QueryClient } from '../client/query-client.ts';

/**
 * The typed client of the native API that is mounted on the same server, without a socket: its routes check and limit
 * what is asked in one place, whoever asks.
 */
export function injectingClient(app: Pick<FastifyInstance, 'inject'>, tenant: string): QueryClient {
  return createQueryClient({
    tenant,
    fetch: async (url, { headers, signal }) => {
      const response = await app.inject({ method: 'GET', url, headers, ...(signal && { signal }) });
      return {
        ok: response.statusCode >= 200 && response.statusCode < 300,
        status: response.statusCode,
        headers: { get: (name) => headerText(response.headers[name.toLowerCase()]) },
        text: () => Promise.resolve(response.payload),
        arrayBuffer: () => Promise.resolve(new Uint8Array(response.rawPayload).buffer),
      };
    },
  });
}

function headerText(value: string | number | readonly string[] | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'object' ? value.join(', ') : String(value);
}
