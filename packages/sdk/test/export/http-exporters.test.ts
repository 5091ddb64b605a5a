import diagnosticsChannel from 'node:diagnostics_channel';
import { once } from 'node:events';
import net from 'node:net';
import zlib from 'node:zlib';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { describe, expect, test } from 'vitest';
import { spansOfBatch } from '../../src/export/batch-bytes.ts';
import { contractBatch, expectDropped, exporterContract, noAbort } from '../../testing/exporter-contract.ts';
import { decodedAll, httpCases } from './http-cases.ts';
import { originOf, recordingClock, startHttpReceiver, status } from './http-receiver.ts';

/** A port that nobody listens on. */
async function deadOrigin(): Promise<string> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = originOf(server.address());
  server.close();
  await once(server, 'close');
  return origin;
}

describe.each(Object.entries(httpCases))('%s', (_name, each) => {
  exporterContract({
    open: async () => {
      const receiver = await startHttpReceiver();
      const exporter = each.create(receiver.origin);
      return {
        exporter,
        received: async () => decodedAll(each, receiver.accepted),
        [Symbol.asyncDispose]: async () => {
          await exporter.shutdown();
          await receiver[Symbol.asyncDispose]();
        },
      };
    },
    ...(each.expected === undefined ? {} : { expected: each.expected }),
  });

  test('posts to the right place, with its headers, over one kept connection', async () => {
    await using receiver = await startHttpReceiver();
    const exporter = each.create(receiver.origin, { headers: { authorization: 'Bearer t0ken' } });
    for (let i = 1; i <= 3; i++) await exporter.export(contractBatch(i), noAbort());
    expect(receiver.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(3).fill(`POST ${each.path}`),
    );
    expect(receiver.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer t0ken',
      'content-type': each.contentType,
      'user-agent': 'throughline-sdk',
    });
    expect(receiver.connectionCount).toBe(1);
    await exporter.shutdown();
  });

  test.each(['gzip', 'zstd'] as const)('compresses with %s', async (compression) => {
    await using receiver = await startHttpReceiver();
    const exporter = each.create(receiver.origin, { compression });
    const batch = contractBatch();
    await exporter.export(batch, noAbort());
    const hasZstd = 'zstdCompress' in zlib;
    expect(receiver.requests[0]?.headers['content-encoding']).toBe(hasZstd ? compression : 'gzip');
    expect(decodedAll(each, receiver.accepted).length).toBe(batch.spanCount);
    await exporter.shutdown();
  });

  test.each([429, 502, 503, 504])('tries again after %i, a little later each time', async (code) => {
    await using receiver = await startHttpReceiver(status(code), status(code), status(code));
    const clock = recordingClock();
    const exporter = each.create(receiver.origin, { clock });
    expect(await exporter.export(contractBatch(), noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    expect(clock.delays).toEqual([1000, 2000, 4000]);
    expect(receiver.requests.length).toBe(4);
    await exporter.shutdown();
  });

  test('gives up after as many tries as it may', async () => {
    await using receiver = await startHttpReceiver(status(503), status(503), status(503));
    const exporter = each.create(receiver.origin, { clock: recordingClock(), maxAttempts: 3 });
    const batch = contractBatch();
    expectDropped(await exporter.export(batch, noAbort()), batch, 'unavailable');
    expect(receiver.requests.length).toBe(3);
    await exporter.shutdown();
  });

  test.each([400, 401, 404, 500, 501, 301, 307])('does not try again after %i', async (code) => {
    await using receiver = await startHttpReceiver(status(code, { location: '/elsewhere' }, 'because\u0000 of this'));
    const clock = recordingClock();
    const exporter = each.create(receiver.origin, { clock });
    const batch = contractBatch();
    const outcome = await exporter.export(batch, noAbort());
    expectDropped(outcome, batch, 'refused');
    expect(outcome.message).toContain(`HTTP ${code}`);
    expect([receiver.requests.length, clock.delays.length]).toEqual([1, 0]);
    await exporter.shutdown();
  });

  test('nobody listening', async () => {
    const clock = recordingClock();
    const exporter = each.create(await deadOrigin(), { clock, maxAttempts: 2 });
    const batch = contractBatch();
    const outcome = await exporter.export(batch, noAbort());
    expectDropped(outcome, batch, 'unreachable');
    expect(outcome.message).toContain('ECONNREFUSED');
    expect(clock.delays).toEqual([1000]);
    await exporter.shutdown();
  });
});

// What follows does not depend on the protocol: one is enough.
const protobuf = httpCases['OTLP protobuf'];
if (protobuf === undefined) throw new Error('no such case');

describe('time', () => {
  test('a server that does not answer: the time limit', async () => {
    await using receiver = await startHttpReceiver(() => {});
    const exporter = protobuf.create(receiver.origin, { timeoutMs: 20 });
    const batch = contractBatch();
    expectDropped(await exporter.export(batch, noAbort()), batch, 'timeout');
    await exporter.shutdown();
  });

  test('no time limit', async () => {
    await using receiver = await startHttpReceiver(status(503, { 'retry-after': '3600' }));
    const clock = recordingClock();
    const exporter = protobuf.create(receiver.origin, { timeoutMs: 0, clock });
    expect(await exporter.export(contractBatch(), noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    expect(clock.delays).toEqual([3_600_000]);
    await exporter.shutdown();
  });

  test('a server that does not answer: the caller gives up', async () => {
    const controller = new AbortController();
    await using receiver = await startHttpReceiver(() => controller.abort());
    const exporter = protobuf.create(receiver.origin);
    const batch = contractBatch();
    expectDropped(await exporter.export(batch, controller.signal), batch, 'aborted');
    await exporter.shutdown();
  });

  test('the same in the middle of an answer', async () => {
    const controller = new AbortController();
    await using receiver = await startHttpReceiver((response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('x', () => controller.abort());
    });
    const exporter = protobuf.create(receiver.origin);
    const batch = contractBatch();
    expectDropped(await exporter.export(batch, controller.signal), batch, 'aborted');
    await exporter.shutdown();
  });

  test('shutdown ends waiting for another try', async () => {
    await using receiver = await startHttpReceiver(status(503, { 'retry-after': '5' }));
    const waiting = Promise.withResolvers<void>();
    const clock = {
      ...recordingClock(),
      delay: (_delayMs: number, signal: AbortSignal) =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve());
          waiting.resolve();
        }),
    };
    const exporter = protobuf.create(receiver.origin, { clock });
    const batch = contractBatch();
    const outcome = exporter.export(batch, noAbort());
    await waiting.promise;
    await exporter.shutdown();
    expectDropped(await outcome, batch, 'unavailable');
  });
});

describe('odd answers', () => {
  async function outcomeOf(bytes: string): Promise<unknown> {
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(bytes));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const exporter = protobuf?.create(originOf(server.address()), { clock: recordingClock(), maxAttempts: 2 });
    const outcome = await exporter?.export(contractBatch(), noAbort());
    await exporter?.shutdown();
    server.close();
    return outcome;
  }

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', 'malformed_answer'],
    ['nothing', '', 'unreachable'],
    ['less than announced', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx', 'unreachable'],
    [
      'a switch of protocols',
      'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
      'malformed_answer',
    ],
  ])('%s', async (_name, bytes, dropReason) => {
    expect(await outcomeOf(bytes)).toMatchObject({
      droppedCount: 4,
      dropReason,
    });
  });

  test.each([
    ['a body that cannot be read', 'not protobuf'],
    ['a body that is too long', 'x'.repeat(1001)],
  ])('200 with %s: the spans arrived', async (_name, body) => {
    await using receiver = await startHttpReceiver(status(200, {}, body));
    const exporter = protobuf.create(receiver.origin, { maxResponseBytes: 1000 });
    expect(await exporter.export(contractBatch(), noAbort())).toMatchObject({
      exportedCount: 4,
      droppedCount: 0,
      message: expect.stringContaining('the answer'),
    });
    expect(receiver.requests.length).toBe(1);
    await exporter.shutdown();
  });
});

describe('limits', () => {
  const batch = contractBatch();

  test('a request over the limit is split once, between scopes', async () => {
    await using receiver = await startHttpReceiver();
    const exporter = protobuf.create(receiver.origin, { maxRequestBytes: batch.byteLength });
    expect(await exporter.export(batch, noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    expect(receiver.requests.map(({ body }) => protobuf.decode(body).length)).toEqual([2, 2]);
    expect(decodedAll(protobuf, receiver.accepted)).toEqual(spansOfBatch(batch));
    await exporter.shutdown();
  });

  test('at the limit it is sent whole, and what is over it after the split is dropped', async () => {
    await using receiver = await startHttpReceiver();
    const length = await lengthOfRequest();
    const whole = protobuf.create(receiver.origin, { maxRequestBytes: length });
    expect(await whole.export(batch, noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    expect(receiver.requests.length).toBe(1);
    const tiny = protobuf.create(receiver.origin, { maxRequestBytes: 10 });
    expectDropped(await tiny.export(batch, noAbort()), batch, 'too_large');
    expect(receiver.requests.length).toBe(1);
    await Promise.all([whole.shutdown(), tiny.shutdown()]);
  });

  async function lengthOfRequest(): Promise<number> {
    await using receiver = await startHttpReceiver();
    const exporter = protobuf?.create(receiver.origin);
    await exporter?.export(batch, noAbort());
    await exporter?.shutdown();
    return receiver.requests[0]?.body.length ?? 0;
  }

  test('a receiver that finds it too large gets it in two', async () => {
    await using receiver = await startHttpReceiver(status(413));
    const exporter = protobuf.create(receiver.origin);
    expect(await exporter.export(batch, noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    expect(decodedAll(protobuf, receiver.accepted)).toEqual(spansOfBatch(batch));
    await exporter.shutdown();
  });

  test('the queue is bounded in bytes', async () => {
    const release = Promise.withResolvers<void>();
    await using receiver = await startHttpReceiver((response) => void release.promise.then(() => response.end()));
    const exporter = protobuf.create(receiver.origin, { maxConcurrency: 1, maxQueueBytes: 2 * batch.byteLength });
    const [, ...outcomes] = [1, 2, 3, 4].map(() => exporter.export(batch, noAbort()));
    expectDropped((await outcomes[2]) ?? { exportedCount: 0, droppedCount: 0 }, batch, 'queue_full');
    release.resolve();
    expect(await Promise.all(outcomes.slice(0, 2))).toEqual([1, 2].map(() => ({ exportedCount: 4, droppedCount: 0 })));
    await exporter.shutdown();
  });

  test('waiting in the queue ends with the caller', async () => {
    const release = Promise.withResolvers<void>();
    await using receiver = await startHttpReceiver((response) => void release.promise.then(() => response.end()));
    const exporter = protobuf.create(receiver.origin, { maxConcurrency: 1 });
    const first = exporter.export(batch, noAbort());
    const controller = new AbortController();
    const second = exporter.export(batch, controller.signal);
    controller.abort();
    expectDropped(await second, batch, 'aborted');
    release.resolve();
    expect(await first).toMatchObject({ exportedCount: 4 });
    await exporter.shutdown();
  });
});

describe('configuration', () => {
  test.each(['nonsense', 'ftp://localhost/x', 'http://:80', ''])(
    'the URL %j fails every export, not the application',
    async (url) => {
      const exporter = httpCases['Zipkin']?.create(url);
      const batch = contractBatch();
      const outcome = await exporter?.export(batch, noAbort());
      expect(outcome).toMatchObject({ droppedCount: 4, dropReason: 'misconfigured' });
      await exporter?.shutdown();
    },
  );

  test('so do TLS files that are not there, and header values that cannot be', async () => {
    const batch = contractBatch();
    for (const options of [{ tls: { certificateFile: '/nowhere.pem' } }, { headers: { secret: 'top\nsecret' } }]) {
      const exporter = protobuf.create('https://127.0.0.1:1', options);
      const outcome = await exporter.export(batch, noAbort());
      expectDropped(outcome, batch, 'misconfigured');
      expect(outcome.message).not.toContain('secret"]: top');
      await exporter.shutdown();
    }
  });

  test('values of headers are kept out of messages', async () => {
    await using receiver = await startHttpReceiver(status(401, {}, 'the key k-12345 is not known'));
    const exporter = protobuf.create(receiver.origin, { headers: { 'api-key': 'k-12345' } });
    const { message } = await exporter.export(contractBatch(), noAbort());
    expect(message).toContain('the key [redacted] is not known');
    await exporter.shutdown();
  });
});

test('connections are made where tracing is suppressed', async () => {
  const manager = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(manager);
  const seen: boolean[] = [];
  const onSocket = (): void => void seen.push(isTracingSuppressed(context.active()));
  diagnosticsChannel.subscribe('net.client.socket', onSocket);
  try {
    await using receiver = await startHttpReceiver(status(503));
    const exporter = protobuf.create(receiver.origin, { clock: recordingClock(), compression: 'gzip' });
    await exporter.export(contractBatch(), noAbort());
    expect(receiver.requests.length).toBe(2);
    expect(seen).toEqual([true]);
    expect(isTracingSuppressed(context.active())).toBe(false);
    await exporter.shutdown();
  } finally {
    diagnosticsChannel.unsubscribe('net.client.socket', onSocket);
    context.disable();
  }
});
