import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { type HttpOptions, httpSender } from '../../src/export/http-sender.ts';
import { noAbort } from '../../testing/exporter-contract.ts';
import { startHttpReceiver, status } from './http-receiver.ts';

const body = Buffer.from('spans');

test('a connection is used again, and more are opened for posts at the same time', async () => {
  await using receiver = await startHttpReceiver();
  const sender = httpSender(`${receiver.origin}/v1/traces?a=b`, {});
  for (let i = 0; i < 3; i++) expect(await sender.post(body, {}, noAbort())).toMatchObject({ status: 200 });
  expect(receiver.connectionCount).toBe(1);
  await Promise.all([1, 2, 3].map(() => sender.post(body, {}, noAbort())));
  expect(receiver.connectionCount).toBe(3);
  expect(receiver.requests.map(({ path }) => path)).toEqual(Array.from({ length: 6 }, () => '/v1/traces?a=b'));
  sender.close();
});

test.each([
  ['closes it', { connection: 'close' }],
  ['soon closes it', { 'keep-alive': 'timeout=1' }],
])('a connection is not used again if the server %s', async (_name, headers) => {
  await using receiver = await startHttpReceiver(status(200, headers), status(200, headers));
  const sender = httpSender(receiver.origin, {});
  for (let i = 0; i < 2; i++) expect(await sender.post(body, {}, noAbort())).toMatchObject({ status: 200 });
  expect(receiver.connectionCount).toBe(2);
  sender.close();
});

test('headers: what is given last counts, whatever its case; lengths are ours', async () => {
  await using receiver = await startHttpReceiver();
  const options: HttpOptions = {
    headers: {
      'User-Agent': 'theirs',
      'Content-Length': '1',
      'Transfer-Encoding': 'chunked',
      'X-One': 'é',
      Host: 'other',
    },
  };
  const { host } = new URL(receiver.origin);
  const sender = httpSender(`http://user:p%40ss@${host}/`, options);
  await sender.post(body, { 'x-one': 'two', 'content-type': 'text/plain' }, noAbort());
  const [request] = receiver.requests;
  expect(request?.body.toString()).toBe('spans');
  expect(request?.headers).toEqual({
    host: 'other',
    connection: 'keep-alive',
    'user-agent': 'theirs',
    authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    'x-one': 'two',
    'content-type': 'text/plain',
    'content-length': '5',
  });
  sender.close();
});

test('a header that would end the head is refused', async () => {
  const sender = httpSender('http://127.0.0.1:9', { headers: { 'x-a': 'b\r\nx-c: d' } });
  expect(await sender.post(body, {}, noAbort())).toMatchObject({ kind: 'failed', reason: 'misconfigured' });
});

async function rawServer(onConnection: (socket: Socket) => void): Promise<{ origin: string; close: () => void }> {
  const sockets: Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // It listens on a port, so that its address is no text.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

test('a kept connection that the server has closed is worth another try at once', async () => {
  const server = await rawServer((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      socket.once('data', () => socket.resetAndDestroy());
    });
  });
  const sender = httpSender(server.origin, {});
  expect(await sender.post(body, {}, noAbort())).toMatchObject({ status: 200 });
  expect(await sender.post(body, {}, noAbort())).toMatchObject({
    reason: 'unreachable',
    isRetryable: true,
    retryAfterMs: 0,
  });
  expect(await sender.post(body, {}, noAbort())).toMatchObject({ status: 200 });
  sender.close();
  server.close();
});

test('a new connection that is reset has no such haste', async () => {
  const server = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  const sender = httpSender(server.origin, {});
  const failure = await sender.post(body, {}, noAbort());
  expect(failure).toMatchObject({ reason: 'unreachable', isRetryable: true });
  expect(failure).not.toHaveProperty('retryAfterMs');
  server.close();
});

test('an answer before the whole request ends the connection', async () => {
  let connectionCount = 0;
  const server = await rawServer((socket) => {
    connectionCount++;
    // Reads no more than the first bytes, so that the rest stays with the sender.
    socket.once('data', () => {
      socket.pause();
      socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
    });
  });
  const sender = httpSender(server.origin, {});
  expect(await sender.post(Buffer.alloc(64 * 2 ** 20), {}, noAbort())).toMatchObject({ status: 413 });
  expect(await sender.post(body, {}, noAbort())).toMatchObject({ status: 413 });
  expect(connectionCount).toBe(2);
  sender.close();
  server.close();
});

test('what the server says without being asked is no answer to the next request', async () => {
  const server = await rawServer((socket) => {
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n');
    });
  });
  const sender = httpSender(server.origin, {});
  for (let i = 0; i < 3; i++) expect(await sender.post(body, {}, noAbort())).toMatchObject({ status: 200 });
  sender.close();
  server.close();
});

test('an abort ends the request and its connection', async () => {
  const controller = new AbortController();
  const closed = Promise.withResolvers<void>();
  const server = await rawServer((socket) => {
    socket.once('data', () => controller.abort());
    socket.once('close', () => closed.resolve());
  });
  const sender = httpSender(server.origin, {});
  expect(await sender.post(body, {}, controller.signal)).toMatchObject({ kind: 'failed' });
  await closed.promise;
  expect(await sender.post(body, {}, AbortSignal.abort())).toMatchObject({ kind: 'failed' });
  sender.close();
  server.close();
});
