import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A bank for the shop that answers when the test says so. */
export interface HeldBank extends AsyncDisposable {
  readonly url: string;
  /** Waits for the next charge. `answer` ends it with a status. */
  nextCharge(): Promise<{ readonly traceparent: string | undefined; readonly answer: (status: number) => void }>;
}

export async function startHeldBank(): Promise<HeldBank> {
  const charges = new EventEmitter<{ charge: [IncomingMessage, ServerResponse] }>();
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/charges') charges.emit('charge', request, response);
    // It has no faults.
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    nextCharge: async () => {
      const charged = Promise.withResolvers<readonly [IncomingMessage, ServerResponse]>();
      charges.once('charge', (...both) => charged.resolve(both));
      const [request, response] = await charged.promise;
      return {
        traceparent: request.headers['traceparent']?.toString(),
        answer: (status) => {
          response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
