import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import type { DeliveryClock } from '../../src/export/delivery-clock.ts';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Inflated. */
  readonly body: Buffer;
}

/** Answers a request, or does something worse to it. */
export type Answer = (response: http.ServerResponse, request: ReceivedRequest) => void;

export interface HttpReceiver extends AsyncDisposable {
  readonly origin: string;
  /** Every request that arrived whole. */
  readonly requests: readonly ReceivedRequest[];
  /** Those that were answered with a success. */
  readonly accepted: readonly ReceivedRequest[];
  readonly connectionCount: number;
}

export function status(code: number, headers: http.OutgoingHttpHeaders = {}, body: Uint8Array | string = ''): Answer {
  return (response) => response.writeHead(code, headers).end(body);
}

/** Takes the first requests with the given answers, and all after them with 200 and nothing. */
export async function startHttpReceiver(...answers: readonly Answer[]): Promise<HttpReceiver> {
  const requests: ReceivedRequest[] = [];
  const accepted: ReceivedRequest[] = [];
  const left = [...answers];
  let connectionCount = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received: ReceivedRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: inflated(Buffer.concat(chunks), request.headers['content-encoding']),
      };
      requests.push(received);
      response.on('finish', () => {
        if (response.statusCode < 300) accepted.push(received);
      });
      (left.shift() ?? status(200))(response, received);
    });
  });
  server.on('connection', () => connectionCount++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: originOf(server.address()),
    requests,
    accepted,
    get connectionCount() {
      return connectionCount;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function originOf(address: AddressInfo | string | null): string {
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen on a port');
  return `http://127.0.0.1:${address.port}`;
}

function inflated(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'gzip') return zlib.gunzipSync(body);
  return encoding === 'zstd' ? zlib.zstdDecompressSync(body) : body;
}

/** Time that passes only when somebody waits, and jitter in the middle. */
export interface RecordingClock extends DeliveryClock {
  readonly delays: readonly number[];
  /** Somebody sets the wall clock. */
  setNow(nowMs: number): void;
}

export function recordingClock(nowMs = 1_700_000_000_000): RecordingClock {
  const delays: number[] = [];
  let startMs = nowMs;
  let passedMs = 0;
  return {
    delays,
    now: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    setNow: (givenMs) => {
      startMs = givenMs - passedMs;
    },
    random: () => 0.5,
    delay: async (delayMs) => {
      delays.push(delayMs);
      passedMs += delayMs;
    },
  };
}
