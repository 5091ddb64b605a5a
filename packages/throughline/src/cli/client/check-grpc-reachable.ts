import { Client, connectivityState, credentials } from '@grpc/grpc-js';
import { CodedError } from '@throughline/model';
import type { Server } from './client-options.ts';

/**
 * That an HTTP/2 connection can be had. A first attempt that fails decides; the library itself would go on trying.
 *
 * @throws CodedError `unreachable`
 */
export async function checkGrpcReachable(server: Server): Promise<void> {
  const url = new URL(server.url);
  const isSecure = url.protocol === 'https:';
  const client = new Client(url.host, isSecure ? credentials.createSsl() : credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  const channel = client.getChannel();
  const deadline = Date.now() + server.timeoutMs;
  try {
    for (;;) {
      const state = channel.getConnectivityState(true);
      if (state === connectivityState.READY) return;
      if (state === connectivityState.TRANSIENT_FAILURE) throw new Error('no connection');
      await new Promise<void>((resolve, reject) => {
        channel.watchConnectivityState(state, deadline, (error) => (error === undefined ? resolve() : reject(error)));
      });
    }
  } catch (cause) {
    throw new CodedError('unreachable', `Cannot reach ${server.url} over gRPC`, { retryable: true, cause });
  } finally {
    client.close();
  }
}
