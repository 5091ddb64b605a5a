import { diag } from '@opentelemetry/api';

import type { ExporterConfig } from '../config/tracing-config.ts';
import { SpareBuffers } from '../span/spare-buffers.ts';
import { dropped } from './delivering-exporter.ts';
import { exporterOfConfig } from './exporter-of-config.ts';
import { holdingProcess } from './hold-process.ts';
import type { BatchExporter, ExportOutcome, ExportTimer, SpanBatch } from './span-exporter.ts';
import type { FromWorker } from './worker-messages.ts';
import { startExporterThread, type WorkerThread } from './worker-thread.ts';

export interface WorkerExporterOptions {
  /** Encoded spans that are on their way; more are dropped as `queue_full`. Default 16 MiB. */
  readonly maxQueueBytes?: number;
  /** How often a thread that ended by itself is started again. Default 3; after that its spans are dropped as `worker_failed`. */
  readonly maxRestarts?: number;
  /** Default: a worker thread of this process. */
  readonly startThread?: (config: ExporterConfig) => WorkerThread;
}

interface Export {
  readonly batch: SpanBatch;
  readonly settle: (outcome: ExportOutcome) => void;
}

const DEFAULT_MAX_QUEUE_BYTES = 16 * 2 ** 20;
const DEFAULT_MAX_RESTARTS = 3;

/**
 * Exports in a thread of its own: framing, compression, TLS and retries take no time of the application's thread, which
 * only copies the encoded spans. The thread starts with the first batch and ends with `shutdown`; not it keeps the process
 * alive, but each export that is under way does, unless `letExit` was called. Batches in a thread that ends by itself are
 * dropped as `worker_failed`, and the next one starts another. A thread that never gets ready (where its file is not
 * beside a bundled SDK, say) is replaced by an exporter on the application's thread, with a warning: nothing is lost.
 */
export function workerExporter(config: ExporterConfig, options: WorkerExporterOptions = {}): BatchExporter {
  const { maxQueueBytes = DEFAULT_MAX_QUEUE_BYTES, maxRestarts = DEFAULT_MAX_RESTARTS } = options;
  const startThread = options.startThread ?? startExporterThread;
  /** Exports in the thread, or waiting for it to be ready, by id. */
  const exports = new Map<number, Export>();
  const spare = new SpareBuffers();
  let thread: WorkerThread | undefined;
  let isReady = false;
  let fallback: BatchExporter | undefined;
  let startCount = 0;
  let nextId = 0;
  let queuedBytes = 0;
  let onShutDown: (() => void) | undefined;
  let stopped: Promise<void> | undefined;
  let timer: ExportTimer | undefined;
  let holdsProcess = true;
  const held = <Result>(work: Promise<Result>): Promise<Result> => (holdsProcess ? holdingProcess(work) : work);

  function start(): void {
    isReady = false;
    startCount++;
    let started: WorkerThread;
    try {
      started = startThread(config);
    } catch (error) {
      onEnd(error);
      return;
    }
    thread = started;
    started.onMessage((message) => onMessage(message));
    started.onEnd((error) => {
      if (thread === started) onEnd(error);
    });
  }

  function onMessage(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        isReady = true;
        for (const [id, { batch }] of exports) timed(() => post(id, batch));
        return;
      case 'exported':
        if (message.threadCpuNano !== undefined) timer?.addThreadCpu(message.threadCpuNano);
        for (const buffer of message.released) spare.give(new Uint8Array(buffer));
        exports.get(message.id)?.settle(message.outcome);
        return;
      case 'shut_down':
        onShutDown?.();
    }
  }

  function onEnd(error: unknown): void {
    thread = undefined;
    onShutDown?.();
    if (isReady) {
      diag.error(`the export thread of ${config.type} ended; ${exports.size} batches in it are dropped`, error);
      for (const { batch, settle } of exports.values()) {
        settle(dropped(batch.spanCount, 'worker_failed', `worker: ${textOf(error)}`));
      }
      return;
    }
    diag.warn(`the export thread of ${config.type} cannot be started; spans are exported on this thread`, error);
    fallback = exporterOfConfig(config);
    if (timer !== undefined) fallback.timeWith?.(timer);
    if (!holdsProcess) fallback.letExit?.();
    for (const each of exports.values()) void exportHere(fallback, each);
  }

  async function exportHere(exporter: BatchExporter, { batch, settle }: Export): Promise<void> {
    settle(await exporter.export(batch, new AbortController().signal));
  }

  function timed(work: () => void): void {
    if (timer === undefined) work();
    else timer.section(work);
  }

  function post(id: number, batch: SpanBatch): void {
    const scopes = batch.scopes.map((scope) => ({ ...scope, spans: copyOf(scope.spans) }));
    const memory = scopes.map(({ spans }) => spans.buffer);
    thread?.post({ kind: 'export', id, batch: { ...batch, scopes }, memory }, memory);
  }

  /** In memory of its own, which moves to the thread and comes back. */
  function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const memory = spare.take(bytes.length);
    memory.set(bytes);
    return new Uint8Array(memory.buffer, 0, bytes.length);
  }

  function exportInThread(batch: SpanBatch, signal: AbortSignal): Promise<ExportOutcome> {
    const id = nextId++;
    return new Promise((resolve) => {
      const onAbort = (): void => {
        if (isReady) thread?.post({ kind: 'abort', id });
        else settle(dropped(batch.spanCount, 'aborted', 'worker: the export was aborted'));
      };
      const settle = (outcome: ExportOutcome): void => {
        if (!exports.delete(id)) return;
        queuedBytes -= batch.byteLength;
        signal.removeEventListener('abort', onAbort);
        resolve(outcome);
      };
      exports.set(id, { batch, settle });
      queuedBytes += batch.byteLength;
      signal.addEventListener('abort', onAbort, { once: true });
      if (thread === undefined) start();
      else if (isReady) post(id, batch);
    });
  }

  async function stop(): Promise<void> {
    await allSettled();
    if (fallback !== undefined) return fallback.shutdown();
    const last = thread;
    if (last === undefined) return;
    await new Promise<void>((resolve) => {
      onShutDown = resolve;
      last.post({ kind: 'shutdown' });
    });
    thread = undefined;
    await last.end();
  }

  async function allSettled(): Promise<void> {
    await Promise.all(
      [...exports].map(
        ([id, each]) =>
          new Promise<void>((resolve) => {
            exports.set(id, {
              batch: each.batch,
              settle: (outcome) => {
                each.settle(outcome);
                resolve();
              },
            });
          }),
      ),
    );
  }

  return {
    name: `worker-${config.type}`,
    // The thread gets copies.
    releasesBytes: true,
    releasesSignal: true,
    export: async (batch, signal) => {
      if (stopped !== undefined) return dropped(batch.spanCount, 'shut_down', 'worker: it is shut down');
      if (signal.aborted) return dropped(batch.spanCount, 'aborted', 'worker: the export was aborted');
      if (fallback !== undefined) return fallback.export(batch, signal);
      if (thread === undefined && startCount > maxRestarts) {
        return dropped(batch.spanCount, 'worker_failed', `worker: it ended ${startCount} times`);
      }
      if (queuedBytes + batch.byteLength > maxQueueBytes && queuedBytes > 0) {
        return dropped(batch.spanCount, 'queue_full', 'worker: too many bytes are on their way');
      }
      return held(exportInThread(batch, signal));
    },
    timeWith: (given) => {
      timer = given;
    },
    letExit: () => {
      holdsProcess = false;
    },
    shutdown: () => {
      stopped ??= held(stop());
      return stopped;
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
