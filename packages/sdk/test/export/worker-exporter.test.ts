import { isMainThread } from 'node:worker_threads';
import { expect, test } from 'vitest';

import type { OtlpExporterConfig } from '../../src/config/tracing-config.ts';
import type { SpanBatch } from '../../src/export/span-exporter.ts';
import { workerExporter } from '../../src/export/worker-exporter.ts';
import type { FromWorker, ToWorker } from '../../src/export/worker-messages.ts';
import { startExporterThread, type WorkerThread } from '../../src/export/worker-thread.ts';
import { contractBatch, expectDropped, exporterContract, noAbort } from '../../testing/exporter-contract.ts';
import { decodedAll, httpCases } from './http-cases.ts';
import { startHttpReceiver } from './http-receiver.ts';

function otlpConfig(origin: string): OtlpExporterConfig {
  return {
    type: 'otlp',
    protocol: 'http/protobuf',
    endpoint: `${origin}/v1/traces`,
    headers: {},
    compression: 'gzip',
    timeoutMs: 10_000,
    worker: true,
    processor: { type: 'simple' },
  };
}

const otlp = httpCases['OTLP protobuf'];
if (otlp === undefined) throw new Error('no such case');

exporterContract({
  open: async () => {
    const receiver = await startHttpReceiver();
    let threadCount = 0;
    const exporter = workerExporter(otlpConfig(receiver.origin), {
      startThread: (config) => {
        threadCount++;
        return startExporterThread(config);
      },
    });
    return {
      exporter,
      received: async () => decodedAll(otlp, receiver.accepted),
      [Symbol.asyncDispose]: async () => {
        await exporter.shutdown();
        await receiver[Symbol.asyncDispose]();
        expect(threadCount).toBeLessThanOrEqual(1);
      },
    };
  },
});

test('the batch stays as it was', async () => {
  await using receiver = await startHttpReceiver();
  const exporter = workerExporter(otlpConfig(receiver.origin));
  const batch = contractBatch();
  const before = batch.scopes.map(({ spans }) => [...spans]);
  await exporter.export(batch, noAbort());
  expect(batch.scopes.map(({ spans }) => [...spans])).toEqual(before);
  expect(isMainThread).toBe(true);
  await exporter.shutdown();
});

/** A thread that does what the test says. */
class ScriptedThread implements WorkerThread {
  readonly posted: ToWorker[] = [];
  say: (message: FromWorker) => void = () => {};
  fail: (error: unknown) => void = () => {};
  ended = false;

  post(message: ToWorker): void {
    this.posted.push(message);
    if (message.kind === 'shutdown') this.say({ kind: 'shut_down' });
  }

  onMessage(listener: (message: FromWorker) => void): void {
    this.say = listener;
  }

  onEnd(listener: (error: unknown) => void): void {
    this.fail = listener;
  }

  async end(): Promise<void> {
    this.ended = true;
  }
}

function scripted(options: { readonly maxQueueBytes?: number; readonly maxRestarts?: number } = {}): {
  readonly exporter: ReturnType<typeof workerExporter>;
  readonly threads: readonly ScriptedThread[];
} {
  const threads: ScriptedThread[] = [];
  const exporter = workerExporter(otlpConfig('http://127.0.0.1:9'), {
    ...options,
    startThread: () => {
      const thread = new ScriptedThread();
      threads.push(thread);
      return thread;
    },
  });
  return { exporter, threads };
}

const ALL = { exportedCount: 4, droppedCount: 0 };

test('batches wait for the thread to be ready', async () => {
  const { exporter, threads } = scripted();
  const exported = exporter.export(contractBatch(), noAbort());
  expect(threads[0]?.posted).toEqual([]);
  threads[0]?.say({ kind: 'ready' });
  expect(threads[0]?.posted).toMatchObject([{ kind: 'export', id: 0 }]);
  threads[0]?.say({ kind: 'exported', id: 0, outcome: ALL, released: [] });
  expect(await exported).toEqual(ALL);
  await exporter.shutdown();
  expect(threads[0]?.ended).toBe(true);
});

test('a thread that ends loses what it had, and is started again so many times', async () => {
  const { exporter, threads } = scripted({ maxRestarts: 2 });
  const batch: SpanBatch = contractBatch();
  for (let n = 0; n < 3; n++) {
    const lost = exporter.export(batch, noAbort());
    threads[n]?.say({ kind: 'ready' });
    threads[n]?.fail(new Error('crashed'));
    expectDropped(await lost, batch, 'worker_failed');
  }
  expectDropped(await exporter.export(batch, noAbort()), batch, 'worker_failed');
  expect(threads.length).toBe(3);
  await exporter.shutdown();
});

test('without a thread spans are exported on this one', async () => {
  await using receiver = await startHttpReceiver();
  const threads: ScriptedThread[] = [];
  const exporter = workerExporter(otlpConfig(receiver.origin), {
    startThread: () => {
      const thread = new ScriptedThread();
      threads.push(thread);
      return thread;
    },
  });
  const waiting = exporter.export(contractBatch(1), noAbort());
  threads[0]?.fail(new Error('no such file'));
  expect(await waiting).toEqual(ALL);
  expect(await exporter.export(contractBatch(2), noAbort())).toEqual(ALL);
  await exporter.shutdown();
  expect(decodedAll(otlp, receiver.accepted).length).toBe(8);

  const without = workerExporter(otlpConfig(receiver.origin), {
    startThread: () => {
      throw new Error('no threads here');
    },
  });
  expect(await without.export(contractBatch(3), noAbort())).toEqual(ALL);
  await without.shutdown();
});

test('bytes on their way are bounded', async () => {
  const batch = contractBatch();
  const { exporter, threads } = scripted({ maxQueueBytes: 2 * batch.byteLength });
  const underWay = [exporter.export(batch, noAbort()), exporter.export(batch, noAbort())];
  expectDropped(await exporter.export(batch, noAbort()), batch, 'queue_full');
  threads[0]?.say({ kind: 'ready' });
  threads[0]?.say({ kind: 'exported', id: 0, outcome: ALL, released: [] });
  threads[0]?.say({ kind: 'exported', id: 1, outcome: ALL, released: [] });
  expect(await Promise.all(underWay)).toEqual([ALL, ALL]);
  await exporter.shutdown();
});

test('an abort reaches the thread', async () => {
  const { exporter, threads } = scripted();
  const early = new AbortController();
  const batch = contractBatch();
  const aborted = exporter.export(batch, early.signal);
  early.abort();
  expectDropped(await aborted, batch, 'aborted');
  threads[0]?.say({ kind: 'ready' });
  const late = new AbortController();
  const exported = exporter.export(batch, late.signal);
  late.abort();
  expect(threads[0]?.posted.map(({ kind }) => kind)).toEqual(['export', 'abort']);
  threads[0]?.say({ kind: 'exported', id: 1, outcome: ALL, released: [] });
  expect(await exported).toEqual(ALL);
  await exporter.shutdown();
});

test('memory that comes back from the thread is used again', async () => {
  const { exporter, threads } = scripted();
  const batch = contractBatch();
  const memories: (readonly ArrayBuffer[])[] = [];
  for (let id = 0; id < 2; id++) {
    const exported = exporter.export(batch, noAbort());
    if (id === 0) threads[0]?.say({ kind: 'ready' });
    const message = threads[0]?.posted[id];
    if (message?.kind !== 'export') throw new Error('a batch was exported, and none was posted');
    const { memory, batch: moved } = message;
    expect(moved.scopes.map(({ spans }) => [...spans])).toEqual(batch.scopes.map(({ spans }) => [...spans]));
    expect(memory).toEqual(moved.scopes.map(({ spans }) => spans.buffer));
    memories.push(memory);
    threads[0]?.say({ kind: 'exported', id, outcome: ALL, released: memory });
    expect(await exported).toEqual(ALL);
  }
  expect(new Set(memories[1])).toEqual(new Set(memories[0]));
  await exporter.shutdown();
});
