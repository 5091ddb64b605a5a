import type { Span } from '@throughline/model';
import { decodeOtlpProtobuf } from '@throughline/wire';
import { EventEmitter, once } from 'node:events';
import http from 'node:http';

/** Takes OTLP over HTTP as protobuf, uncompressed, on a port that the system picks. */
export interface SpanReceiver extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** All that arrived. */
  readonly spans: readonly Span[];
  readonly requestCount: number;
  readonly connectionCount: number;
  /** Resolves with all spans as soon as there are some that `enough` accepts. */
  readonly until: (enough: (spans: readonly Span[]) => boolean) => Promise<readonly Span[]>;
}

export async function startSpanReceiver(): Promise<SpanReceiver> {
  const spans: Span[] = [];
  let requestCount = 0;
  let connectionCount = 0;
  const arrived = new EventEmitter();
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requestCount++;
      spans.push(...decodeOtlpProtobuf(Buffer.concat(chunks)).spans);
      response.end();
      arrived.emit('spans');
    });
  });
  server.on('connection', () => connectionCount++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the receiver has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    spans,
    get requestCount() {
      return requestCount;
    },
    get connectionCount() {
      return connectionCount;
    },
    until: async (enough) => {
      while (!enough(spans)) await once(arrived, 'spans');
      return spans;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
