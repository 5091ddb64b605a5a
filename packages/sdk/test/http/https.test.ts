import { SpanKind } from '@opentelemetry/api';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import http2 from 'node:http2';
import https, { get as namedGet, type RequestOptions } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';

import { makeCertificate } from '../certificate.ts';
import { useOfficialProvider } from '../helpers/official-provider.ts';
import { instrumented, spansOf } from './http-fixture.ts';

const finished = useOfficialProvider();
const files = makeCertificate();

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // A TCP server's address.
  return (server.address() as AddressInfo).port;
}

describe.skipIf(files === undefined)('over TLS', () => {
  const key = files === undefined ? '' : readFileSync(files.keyFile);
  const cert = files === undefined ? '' : readFileSync(files.certificateFile);

  test.each([
    ['https', (options: RequestOptions) => https.get(options)],
    ['https, imported by name', (options: RequestOptions) => namedGet(options)],
  ])('%s: server and client', async (_what, send) => {
    const server = https.createServer({ key, cert }, (_request, response) => response.end());
    const port = await listening(server);
    instrumented();
    const request = send({ host: '127.0.0.1', port, path: '/x', ca: cert, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    const spans = await spansOf(finished, 2);
    const sent = spans.find((span) => span.kind === SpanKind.CLIENT);
    const served = spans.find((span) => span.kind === SpanKind.SERVER);
    expect(sent?.attributes['url.full']).toBe(`https://127.0.0.1:${port}/x`);
    expect(served?.attributes['url.scheme']).toBe('https');
    expect(served?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
  });

  test('HTTP/2, and HTTP/1 by the same server', async () => {
    instrumented();
    const server = http2.createSecureServer({ key, cert, allowHTTP1: true }, (_request, response) => response.end());
    const port = await listening(server);
    const session = http2.connect(`https://127.0.0.1:${port}`, { ca: cert });
    const stream = session.request({ ':path': '/two' });
    stream.resume();
    await once(stream, 'close');
    session.close();
    const request = https.get({ host: '127.0.0.1', port, path: '/one', ca: cert, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    const spans = await spansOf(finished, 4);
    const servers = spans.filter((span) => span.kind === SpanKind.SERVER);
    expect(
      servers.map(({ attributes }) => [
        attributes['url.scheme'],
        attributes['url.path'],
        attributes['network.protocol.version'],
        attributes['server.port'],
      ]),
    ).toEqual([
      ['https', '/two', '2', port],
      ['https', '/one', '1.1', port],
    ]);
  });

  test.each(['destroy', 'end'] as const)('a server that leaves by %s is an error, a caller is none', async (leave) => {
    instrumented({ incoming: false });
    const server = https.createServer({ key, cert }, (request, response) => {
      if (request.url === '/part') response.write('part', () => request.socket[leave]());
      else if (request.url === '/none') request.socket[leave]();
      else response.write('part');
    });
    const port = await listening(server);
    for (const path of ['/none', '/part', '/left']) {
      const request = https.get({ host: '127.0.0.1', port, path, ca: cert, agent: false }).on('error', () => {});
      request.on('response', (response) => response.on('error', () => {}).resume());
      if (path === '/left') request.on('response', (response) => response.once('data', () => request.destroy()));
      await new Promise((resolve) => request.on('close', resolve));
    }
    const spans = await spansOf(finished, 3);
    expect(spans.map((span) => span.attributes['error.type'])).toEqual(['ECONNRESET', 'ECONNRESET', undefined]);
  });
});
