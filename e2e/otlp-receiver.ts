import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Span } from '@throughline/model';
import { decodeOtlpProtobuf } from '@throughline/wire';

/** Takes spans by OTLP/HTTP protobuf and keeps them. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Of accepted requests, in order of acceptance. */
  readonly spans: readonly Span[];
}

/** Answers a request, or has `accept` keep its spans and say so, at once or later. */
export type Answer = (accept: () => void, response: ServerResponse) => void;

/** `port` 0 is one that the system picks. */
export async function startOtlpReceiver(answer: Answer = (accept) => accept(), port = 0): Promise<OtlpReceiver> {
  const received: Span[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { spans } = decodeOtlpProtobuf(body);
      const accept = (): void => {
        received.push(...spans);
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      };
      answer(accept, response);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this kind.
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    spans: received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // An HTTP body without an encoding is a stream of buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
