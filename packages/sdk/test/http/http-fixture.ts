import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type RequestOptions, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';

import type { HttpInstrumentation } from '../../src/http/instrument-http.ts';
import { type HttpInstrumentationOptions, type HttpTracingParts, instrumentHttp } from '../../src/index.ts';

/** Instruments HTTP for the current test only. */
export function instrumented(options: HttpInstrumentationOptions & HttpTracingParts = {}): HttpInstrumentation {
  const instrumentation = instrumentHttp(options);
  onTestFinished(() => instrumentation.disable());
  return instrumentation;
}

/** A server on a port of the system's choice, closed after the test. */
export async function serve(listener: RequestListener): Promise<{ readonly port: number; readonly server: Server }> {
  const server = http.createServer(listener);
  return { port: await listening(server), server };
}

export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server's address.
  return (server.address() as AddressInfo).port;
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Sends a request without instrumentation seeing it, unless the test instruments clients. */
export async function get(port: number, path: string, options: RequestOptions = {}): Promise<Got> {
  const request = http.request({ host: '127.0.0.1', port, path, agent: false, ...options });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let body = '';
  response.setEncoding('utf8');
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** The finished spans as soon as there are so many; ends of spans come after what tests can wait for. */
export async function spansOf(
  finished: () => readonly ReadableSpan[],
  count: number,
): Promise<readonly ReadableSpan[]> {
  await expect.poll(() => finished().length, { interval: 5, timeout: 5000 }).toBe(count);
  return finished();
}

/** The one span that ends. */
export async function spanOf(finished: () => readonly ReadableSpan[]): Promise<ReadableSpan> {
  const [span] = await spansOf(finished, 1);
  if (span === undefined) throw new Error('no span');
  return span;
}
