import { createQueryClient, type QueryClient } from '@throughline/query/client';
import type { Server } from './client-options.ts';

/** The typed client of the server; each of its calls gives up after the server's timeout. */
export function connect(server: Server): QueryClient {
  return createQueryClient({
    baseUrl: server.url,
    headers: server.headers,
    fetch: (url, init) =>
      fetch(url, {
        ...init,
        signal: AbortSignal.any([AbortSignal.timeout(server.timeoutMs), ...(init.signal ? [init.signal] : [])]),
      }),
  });
}
