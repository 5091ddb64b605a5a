import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Span } from '@throughline/model';
import { decodeOtlpProtobuf } from '@throughline/wire';

/** Takes spans by OTLP/HTTP protobuf and keeps them. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string;
  /** Of accepted requests, in order of arrival. */
  readonly spans: readonly Span[];
}

/** Answers a request of `spanCount` spans other than by accepting it; returns whether it did. */
export type Refusal = (response: ServerResponse, spanCount: number) => boolean;

/** `port` 0 is one that the system picks. */
export async function startOtlpReceiver(refuse: Refusal = () => false, port = 0): Promise<OtlpReceiver> {
  const received: Span[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { spans } = decodeOtlpProtobuf(body);
      if (refuse(response, spans.length)) return;
      received.push(...spans);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A server that listens on a port has an address of this kind.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
