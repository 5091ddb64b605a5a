import { once } from 'node:events';
import net from 'node:net';
import zlib from 'node:zlib';
import { decodeOtlpProtobuf, encodeExportResponse, encodeRpcStatus } from '@throughline/wire';
import { describe, expect, test } from 'vitest';
import { otlpGrpcExporter, type OtlpGrpcExporterOptions } from '../../src/export/otlp-grpc-exporter.ts';
import type { ExportOutcome } from '../../src/export/span-exporter.ts';
import { contractBatch, expectDropped, exporterContract, noAbort } from '../../testing/exporter-contract.ts';
import { failure, framed, type GrpcReply, ok, startGrpcReceiver } from './grpc-receiver.ts';
import { originOf, recordingClock } from './http-receiver.ts';

const SUCCESS: ExportOutcome = { exportedCount: 4, droppedCount: 0 };

/** What becomes of one batch, how often it was sent and after which delays. */
async function exportTo(
  replies: readonly GrpcReply[],
  options: OtlpGrpcExporterOptions = {},
): Promise<{ readonly outcome: ExportOutcome; readonly callCount: number; readonly delays: readonly number[] }> {
  await using receiver = await startGrpcReceiver(...replies);
  const clock = recordingClock();
  const exporter = otlpGrpcExporter({ endpoint: receiver.origin, clock, ...options });
  const outcome = await exporter.export(contractBatch(), noAbort());
  await exporter.shutdown();
  return { outcome, callCount: receiver.calls.length, delays: clock.delays };
}

exporterContract({
  open: async () => {
    const receiver = await startGrpcReceiver();
    const exporter = otlpGrpcExporter({ endpoint: receiver.origin });
    return {
      exporter,
      received: async () => receiver.accepted.flatMap(({ body }) => decodeOtlpProtobuf(body).spans),
      [Symbol.asyncDispose]: async () => {
        await exporter.shutdown();
        await receiver[Symbol.asyncDispose]();
      },
    };
  },
});

test('a call has what gRPC wants, and calls share a connection', async () => {
  await using receiver = await startGrpcReceiver();
  const exporter = otlpGrpcExporter({ endpoint: receiver.origin, headers: { 'X-Key': 'v' }, compression: 'gzip' });
  for (let i = 1; i <= 3; i++) expect(await exporter.export(contractBatch(i), noAbort())).toEqual(SUCCESS);
  expect(receiver.calls[0]?.headers).toMatchObject({
    ':method': 'POST',
    ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-encoding': 'gzip',
    'x-key': 'v',
  });
  expect(receiver.accepted.flatMap(({ body }) => decodeOtlpProtobuf(body).spans).length).toBe(12);
  expect(receiver.sessionCount).toBe(1);
  await exporter.shutdown();
});

test.each([1, 4, 10, 11, 14, 15])('status %i is tried again', async (code) => {
  const { outcome, callCount, delays } = await exportTo([failure(code), failure(code)]);
  expect(outcome).toEqual(SUCCESS);
  expect([callCount, delays]).toEqual([3, [1000, 2000]]);
});

test.each([2, 3, 5, 7, 8, 12, 13, 16])('status %i is not', async (code) => {
  const { outcome, callCount } = await exportTo([failure(code, { 'grpc-message': 'not%20today' })]);
  expect(outcome).toMatchObject({ droppedCount: 4, dropReason: 'refused' });
  expect(outcome.message).toMatch(new RegExp(`status ${code}: not today$`));
  expect(callCount).toBe(1);
});

test.each([8, 14])('status %i with RetryInfo is tried again when it says', async (code) => {
  const details = encodeRpcStatus({ code, message: 'busy', retryDelayMs: 2_500 }, 'protobuf');
  const reply = failure(code, { 'grpc-status-details-bin': Buffer.from(details).toString('base64') });
  const { outcome, delays } = await exportTo([reply]);
  expect(outcome).toEqual(SUCCESS);
  expect(delays).toEqual([2_500]);
});

test('details that cannot be read are none', async () => {
  const reply = failure(14, { 'grpc-status-details-bin': Buffer.from('<html>').toString('base64') });
  expect((await exportTo([reply])).delays).toEqual([1000]);
});

test('partial success, compressed as well', async () => {
  const message = encodeExportResponse({ rejectedSpans: 3, errorMessage: 'too old' }, 'protobuf');
  const expected = { exportedCount: 1, droppedCount: 3, dropReason: 'rejected', message: 'too old' };
  expect((await exportTo([ok(message)])).outcome).toEqual(expected);
  const compressed = framed(zlib.gzipSync(message), true);
  expect((await exportTo([ok(message, { 'grpc-encoding': 'gzip' }, compressed)])).outcome).toEqual(expected);
});

describe('odd answers', () => {
  test.each([
    ['no message', Buffer.alloc(0)],
    ['half a frame', Buffer.from([0, 0, 0, 0, 9, 1])],
    ['no protobuf', framed(new Uint8Array([0xff]))],
    ['compressed with something else', framed(new Uint8Array([1]), true)],
  ])('status 0 with %s: the spans arrived', async (_name, frame) => {
    const { outcome } = await exportTo([ok(new Uint8Array(0), {}, frame)]);
    expect(outcome).toMatchObject({ exportedCount: 4, message: expect.stringContaining('cannot be read') });
  });

  test('an answer over the limit', async () => {
    const { outcome, callCount } = await exportTo([ok(new Uint8Array(2000))], { maxResponseBytes: 1000 });
    expect(outcome).toMatchObject({ droppedCount: 4, message: expect.stringContaining('longer than 1000 bytes') });
    expect(callCount).toBe(1);
  });

  test.each([
    [404, 'refused', 1],
    [503, 'unavailable', 2],
  ])('HTTP %i without a gRPC status', async (code, dropReason, count) => {
    const reply: GrpcReply = (stream) => stream.respond({ ':status': code }, { endStream: true });
    const { outcome, callCount } = await exportTo([reply, reply], { maxAttempts: 2 });
    expect(outcome).toMatchObject({ droppedCount: 4, dropReason });
    expect(callCount).toBe(count);
  });

  test.each([
    [1, 'PROTOCOL_ERROR', 'refused', 1],
    [2, 'INTERNAL_ERROR', 'refused', 1],
    [5, 'STREAM_CLOSED', 'unavailable', 2],
    [7, 'REFUSED_STREAM', 'unavailable', 2],
    [8, 'CANCEL', 'unavailable', 2],
    [11, 'ENHANCE_YOUR_CALM', 'refused', 1],
    [12, 'INADEQUATE_SECURITY', 'refused', 1],
  ])('a stream that is reset with %i (%s) is %s', async (code, _name, dropReason, count) => {
    const reply: GrpcReply = (stream) => stream.close(code);
    const { outcome, callCount } = await exportTo([reply, reply], { maxAttempts: 2 });
    expect(outcome).toMatchObject({ droppedCount: 4, dropReason });
    expect(callCount).toBe(count);
  });

  test('a stream that is refused once is tried again', async () => {
    const { outcome, callCount } = await exportTo([(stream) => stream.close(7)]);
    expect(outcome).toEqual(SUCCESS);
    expect(callCount).toBe(2);
  });

  test.each([2, 11])('a connection that is ended with %i is opened again', async (code) => {
    const { outcome, callCount } = await exportTo([
      (stream) => {
        stream.session?.goaway(code);
        stream.session?.destroy();
      },
    ]);
    expect(outcome).toEqual(SUCCESS);
    expect(callCount).toBe(2);
  });

  test('a connection that breaks is opened again', async () => {
    const { outcome, callCount } = await exportTo([(stream) => stream.session?.destroy()]);
    expect(outcome).toEqual(SUCCESS);
    expect(callCount).toBe(2);
  });

  test('a server that says goodbye after an answer', async () => {
    await using receiver = await startGrpcReceiver((stream, call) => {
      ok(new Uint8Array(0))(stream, call);
      stream.on('close', () => stream.session?.goaway());
    });
    const exporter = otlpGrpcExporter({ endpoint: receiver.origin, clock: recordingClock() });
    for (let i = 1; i <= 3; i++) expect(await exporter.export(contractBatch(i), noAbort())).toEqual(SUCCESS);
    await exporter.shutdown();
  });

  test('a server that speaks HTTP/1', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const exporter = otlpGrpcExporter({
      endpoint: originOf(server.address()),
      clock: recordingClock(),
      maxAttempts: 2,
    });
    expect(await exporter.export(contractBatch(), noAbort())).toMatchObject({ exportedCount: 0, droppedCount: 4 });
    await exporter.shutdown();
    server.close();
  });
});

test('nobody listening', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = originOf(server.address());
  server.close();
  await once(server, 'close');
  const clock = recordingClock();
  const exporter = otlpGrpcExporter({ endpoint: origin, clock, maxAttempts: 2 });
  const batch = contractBatch();
  const outcome = await exporter.export(batch, noAbort());
  expectDropped(outcome, batch, 'unreachable');
  expect(outcome.message).toContain('ECONNREFUSED');
  expect(clock.delays).toEqual([1000]);
  await exporter.shutdown();
});

test('a server that does not answer', async () => {
  const controller = new AbortController();
  await using receiver = await startGrpcReceiver(
    () => controller.abort(),
    () => {},
  );
  const exporter = otlpGrpcExporter({ endpoint: receiver.origin, timeoutMs: 50 });
  const batch = contractBatch();
  expectDropped(await exporter.export(batch, controller.signal), batch, 'aborted');
  expectDropped(await exporter.export(batch, noAbort()), batch, 'timeout');
  expect(await exporter.export(batch, noAbort())).toEqual(SUCCESS);
  await exporter.shutdown();
});

test.each([{ endpoint: 'http://' }, { endpoint: 'a b' }, { tls: { clientKeyFile: '/nowhere.pem' } }])(
  '%j fails every export, not the application',
  async (options) => {
    const exporter = otlpGrpcExporter(options);
    const batch = contractBatch();
    expectDropped(await exporter.export(batch, noAbort()), batch, 'misconfigured');
    await exporter.shutdown();
  },
);

/** Forwards connections; those it has are dead from the call of `swallow` on, which nobody is told. */
async function startProxy(origin: string) {
  const target = Number(new URL(origin).port);
  const alive = new Set<net.Socket>();
  const sockets: net.Socket[] = [];
  let connectionCount = 0;
  const server = net.createServer((client) => {
    connectionCount++;
    const upstream = net.connect(target, '127.0.0.1');
    sockets.push(client, upstream);
    alive.add(client);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('error', () => {});
      from.on('data', (bytes) => {
        if (alive.has(client)) to.write(bytes);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: originOf(server.address()),
    swallow: () => alive.clear(),
    get connectionCount() {
      return connectionCount;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a connection from which nothing comes any more is left for another one', async () => {
  await using receiver = await startGrpcReceiver();
  await using proxy = await startProxy(receiver.origin);
  const exporter = otlpGrpcExporter({ endpoint: proxy.origin });
  expect(await exporter.export(contractBatch(1), noAbort())).toEqual(SUCCESS);
  proxy.swallow();
  const batch = contractBatch(2);
  expectDropped(await exporter.export(batch, AbortSignal.timeout(50)), batch, 'timeout');
  expect(await exporter.export(contractBatch(3), noAbort())).toEqual(SUCCESS);
  expect(proxy.connectionCount).toBe(2);
  await exporter.shutdown();
});

test('one that is alive is kept when a call takes too long', async () => {
  const late = new AbortController();
  await using receiver = await startGrpcReceiver(() => {});
  const clock = recordingClock();
  const exporter = otlpGrpcExporter({ endpoint: receiver.origin, clock });
  const batch = contractBatch(1);
  const slow = exporter.export(batch, late.signal);
  expect(await exporter.export(contractBatch(2), noAbort())).toEqual(SUCCESS);
  late.abort();
  expectDropped(await slow, batch, 'aborted');
  expect(clock.delays).toEqual([]);
  expect(await exporter.export(contractBatch(3), noAbort())).toEqual(SUCCESS);
  expect(receiver.sessionCount).toBe(1);
  await exporter.shutdown();
});

test('connections that never come to be cost their own batches, and are gone when nobody waits for them', async () => {
  let connectionCount = 0;
  const silent = net.createServer((socket) => {
    connectionCount++;
    // The greeting of TLS is read, and not answered.
    socket.on('error', () => {}).resume();
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = new URL(originOf(silent.address()));
  const exporter = otlpGrpcExporter({ endpoint: `https://127.0.0.1:${port}`, maxConcurrency: 1, timeoutMs: 0 });
  for (let i = 1; i <= 3; i++) {
    const controller = new AbortController();
    const batch = contractBatch(i);
    const exported = exporter.export(batch, controller.signal);
    await once(silent, 'connection');
    controller.abort();
    expectDropped(await exported, batch, 'aborted');
  }
  expect(connectionCount).toBe(3);
  await exporter.shutdown();
  silent.close();
  // Not before the last connection is.
  await once(silent, 'close');
});
