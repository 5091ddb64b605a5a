// A process of its own: requests over kept connections, each connection's next one when the last was answered.
import { once } from 'node:events';
import net from 'node:net';
import { quantile } from '../bench.ts';
import { answerCalls } from '../measured/answer-calls.ts';

export interface LoadCalls {
  run(options: LoadOptions): Promise<LoadResult>;
}

export interface LoadOptions {
  readonly port: number;
  readonly requestCount: number;
  readonly connectionCount: number;
}

export interface LoadResult {
  readonly seconds: number;
  readonly p99Ms: number;
}

/** Bytes over a socket: an HTTP client costs more than the server that is measured, and could not load it. */
const REQUEST = Buffer.from(
  'GET /orders/42?page=1 HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: measured/1.0\r\nAccept: application/json\r\n\r\n',
);
const HEADER_END = Buffer.from('\r\n\r\n');

answerCalls<LoadCalls>({
  run: async ({ port, requestCount, connectionCount }) => {
    const latenciesMs: number[] = [];
    let left = requestCount;
    const take = (): boolean => left-- > 0;
    const startedAt = performance.now();
    const fallAsleep = stayAwake();
    try {
      await Promise.all(Array.from({ length: connectionCount }, () => connection(port, take, latenciesMs)));
    } finally {
      fallAsleep();
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    return { seconds, p99Ms: quantile(latenciesMs, 0.99) };
  },
});

/**
 * Waking a client costs its server CPU. A slow server's client sleeps between answers and a fast one's does not: without
 * this, tracing would seem to add what waking costs.
 */
function stayAwake(): () => void {
  let immediate = setImmediate(function again() {
    immediate = setImmediate(again);
  });
  return () => clearImmediate(immediate);
}

/** Sends while `take` says that a request is left. */
async function connection(port: number, take: () => boolean, latenciesMs: number[]): Promise<void> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let sentAt = 0;
  /** Of the response being read; 0: its head is not complete. */
  let responseLength = 0;
  let chunks: Buffer[] = [];
  let received = 0;
  const sendNext = (): void => {
    if (!take()) {
      socket.end();
      return;
    }
    sentAt = performance.now();
    socket.write(REQUEST);
  };
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    received += chunk.length;
    if (responseLength === 0) responseLength = lengthOfResponse(Buffer.concat(chunks));
    if (responseLength === 0 || received < responseLength) return;
    if (received > responseLength) socket.destroy(new Error('more was answered than was asked'));
    latenciesMs.push(performance.now() - sentAt);
    responseLength = 0;
    received = 0;
    chunks = [];
    sendNext();
  });
  sendNext();
  await once(socket, 'close');
}

/** 0 as long as the head is not complete. @throws Error on anything but a 200 with its length */
function lengthOfResponse(bytes: Buffer): number {
  const end = bytes.indexOf(HEADER_END);
  if (end < 0) return 0;
  const head = bytes.toString('latin1', 0, end);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (!head.startsWith('HTTP/1.1 200') || length === undefined) throw new Error(`the server answered: ${head}`);
  return end + HEADER_END.length + Number(length);
}
