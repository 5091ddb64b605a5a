import { SpanStatusCode, trace } from '@opentelemetry/api';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { expect, test } from 'vitest';

import { useOfficialProvider } from '../helpers/official-provider.ts';
import { instrumented, listening, spanOf } from './http-fixture.ts';

const finished = useOfficialProvider();

const UPGRADE = 'GET /chat HTTP/1.1\r\nHost: shop:81\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n';
const CONNECT = 'CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n\r\n';

async function exchange(server: http.Server, text: string): Promise<{ socket: net.Socket; answer: string }> {
  const port = await listening(server);
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  const [answer] = (await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [''])])) as [unknown];
  return { socket, answer: String(answer) };
}

test.each([
  ['upgrade' as const, UPGRADE, 101, { 'url.path': '/chat', 'server.port': 81 }],
  ['connect' as const, CONNECT, 200, { 'http.request.method': 'CONNECT', 'server.address': 'shop.example' }],
])('%s ends with the status line, and the socket stays open', async (event, text, status, attributes) => {
  instrumented({ outgoing: false });
  let active: string | undefined;
  const server = http.createServer();
  server.on(event, (_request: http.IncomingMessage, socket: net.Socket) => {
    active = trace.getActiveSpan()?.spanContext().spanId;
    socket.write(`HTTP/1.1 ${status} Go on\r\n\r\n`);
    socket.on('data', (chunk: unknown) => socket.write(`echo ${String(chunk)}`));
  });
  const { socket } = await exchange(server, text);
  const span = await spanOf(finished);
  expect(span.spanContext().spanId).toBe(active);
  expect(span.attributes).toMatchObject({ ...attributes, 'http.response.status_code': status });
  expect(span.status.code).toBe(SpanStatusCode.UNSET);
  socket.write('hello');
  const [echoed] = (await once(socket, 'data')) as [Buffer];
  expect(String(echoed)).toBe('echo hello');
  socket.destroy();
});

test.each([
  ['write', 101],
  ['end', 400],
] as const)('a status line in pieces, the last by %s', async (last, status) => {
  instrumented({ outgoing: false });
  const server = http.createServer();
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP');
    socket.write(Buffer.from('/1.1 '));
    socket[last](`${status} It is\r\n\r\n`);
  });
  const { socket } = await exchange(server, UPGRADE);
  socket.destroy();
  expect((await spanOf(finished)).attributes['http.response.status_code']).toBe(status);
});

test('what is no status line ends it too', async () => {
  instrumented({ outgoing: false });
  const server = http.createServer();
  server.on('upgrade', (_request, socket) => socket.end('no HTTP'));
  const { socket } = await exchange(server, UPGRADE);
  socket.destroy();
  const span = await spanOf(finished);
  expect(span.attributes['http.response.status_code']).toBeUndefined();
  expect(span.status.code).toBe(SpanStatusCode.UNSET);
});

test('a refusal is what its status says', async () => {
  instrumented({ outgoing: false });
  const server = http.createServer();
  server.on('upgrade', (_request, socket) => socket.end(Buffer.from('HTTP/1.1 503 No\r\n\r\n')));
  const { socket, answer } = await exchange(server, UPGRADE);
  socket.destroy();
  expect(answer).toContain('503');
  const span = await spanOf(finished);
  expect(span.attributes).toMatchObject({ 'http.response.status_code': 503, 'error.type': '503' });
});

test('a socket that closes before any answer is an error', async () => {
  instrumented({ outgoing: false });
  const server = http.createServer();
  server.on('upgrade', (_request, socket) => socket.destroy());
  await exchange(server, UPGRADE);
  const span = await spanOf(finished);
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  expect(span.attributes['error.type']).toBe('aborted');
  expect(span.attributes['http.response.status_code']).toBeUndefined();
});

test('without a listener it is a request like any other', async () => {
  instrumented({ outgoing: false });
  const { socket } = await exchange(
    http.createServer((_request, response) => response.writeHead(426).end()),
    UPGRADE,
  );
  socket.destroy();
  expect((await spanOf(finished)).attributes['http.response.status_code']).toBe(426);
});
