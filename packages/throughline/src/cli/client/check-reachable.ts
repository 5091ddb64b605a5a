import { CodedError } from '@throughline/model';
import type { Server } from './client-options.ts';

/**
 * Any answer will do: the server may be a Collector, or behind a proxy.
 *
 * @throws CodedError `unreachable`
 */
export async function checkReachable(server: Server): Promise<void> {
  try {
    const response = await fetch(`${server.url}/health`, { signal: AbortSignal.timeout(server.timeoutMs) });
    await response.body?.cancel();
  } catch (cause) {
    throw new CodedError('unreachable', `Cannot reach ${server.url}`, { retryable: true, cause });
  }
}
