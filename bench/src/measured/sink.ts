// A process of its own: takes OTLP and dd-trace's requests and counts the spans in them.
import { once } from 'node:events';
import http from 'node:http';
import { answerCalls } from './answer-calls.ts';
import { countDatadogSpans, countOtlpSpans } from './count-spans.ts';

export interface SinkCount {
  /** Of requests that were answered with success. */
  readonly spans: number;
  readonly requests: number;
  readonly bytes: number;
}

export interface SinkCalls {
  /** `port` 0: one that is free. Resolves with it. */
  listen(port: number): Promise<number>;
  count(): SinkCount;
  /** Resolves with the count when it is `atLeastSpans`, or with what there is after `withinMs`. */
  countAtLeast(wanted: { readonly atLeastSpans: number; readonly withinMs: number }): Promise<SinkCount>;
  /** Answers what it has begun to read and takes no more. */
  close(): Promise<SinkCount>;
}

let spans = 0;
let requests = 0;
let bytes = 0;
const grown = new Set<() => void>();
let closing = false;

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (closing) response.setHeader('connection', 'close');
    const path = request.url ?? '';
    if (path === '/info') {
      response.setHeader('content-type', 'application/json').end('{"version":"7","endpoints":["/v0.4/traces"]}');
      return;
    }
    const isDatadog = path === '/v0.4/traces';
    if (!isDatadog && path !== '/v1/traces') {
      response.setHeader('content-type', 'application/json').end('{}');
      return;
    }
    const body = Buffer.concat(chunks);
    const count = isDatadog ? countDatadogSpans(body) : countOtlpSpans(body);
    response.on('finish', () => {
      spans += count;
      requests++;
      bytes += body.length;
      for (const check of grown) check();
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    if (isDatadog) response.setHeader('content-type', 'application/json').end('{"rate_by_service":{}}');
    else response.setHeader('content-type', 'application/x-protobuf').end();
  });
});
// Kept connections stay open in pauses between rounds.
server.keepAliveTimeout = 120_000;

const count = (): SinkCount => ({ spans, requests, bytes });

answerCalls<SinkCalls>({
  listen: async (port) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the sink does not listen on a port');
    return address.port;
  },
  count,
  countAtLeast: ({ atLeastSpans, withinMs }) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        grown.delete(check);
        resolve(count());
      };
      const check = (): void => {
        if (spans >= atLeastSpans) done();
      };
      const timer = setTimeout(done, withinMs);
      grown.add(check);
      check();
    }),
  close: async () => {
    closing = true;
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    await closed;
    return count();
  },
});
