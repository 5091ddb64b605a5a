import { context as contextApi, diag } from '@opentelemetry/api';

import { SUPPRESS_TRACING_KEY } from '../context/tracing-context.ts';
import { dropped } from '../export/delivering-exporter.ts';
import { giveAborter, takeAborter } from '../export/spare-aborters.ts';
import { DroppedSpans } from './dropped-spans.ts';
import type { ExportMeter } from '../overhead/export-meter.ts';
import type { BatchExporter, ExportOutcome, SpanBatch } from '../export/span-exporter.ts';
import { ByteArena } from '../span/byte-arena.ts';
import { SpanEncoder } from '../span/encode-span.ts';
import type { RecordingSpan } from '../span/recording-span.ts';
import type { EndedSpans, InstrumentationScope } from '../span/span-owner.ts';
import { SpareBuffers } from '../span/spare-buffers.ts';
import { MAX_TIMER_MS } from '../helpers/max-timer.ts';

export interface BatchProcessorOptions {
  /** 512; 1 exports every span as it ends. */
  readonly maxBatchSpans?: number;
  /** 5,000 */
  readonly scheduledDelayMs?: number;
  /** 2,048; spans that are open, waiting and being exported. */
  readonly maxQueueSpans?: number;
  /** 16 MiB, of the same spans. */
  readonly maxQueueBytes?: number;
  /** 30,000, for each export. */
  readonly exportTimeoutMs?: number;
  /** As `exportTimeoutMs`, for `forceFlush`, and for `shutdown` after it. */
  readonly flushTimeoutMs?: number;
  /** Runs `task` after `delayMs` unless the returned function was called; a process does not stay alive for it. */
  readonly schedule?: (task: () => void, delayMs: number) => () => void;
}

function scheduleUnref(task: () => void, delayMs: number): () => void {
  const timer = setTimeout(task, Math.min(delayMs, MAX_TIMER_MS)).unref();
  return () => clearTimeout(timer);
}

/** Of a scope's first spans, unless there is memory that was used before. */
const INITIAL_SCOPE_BYTES = 4096;

interface OpenScope {
  readonly instrumentationScope: InstrumentationScope;
  readonly arena: ByteArena;
  spanCount: number;
}

/**
 * Encodes spans as they end and gives batches to every exporter. Never throws. Drops are counted by reason:
 * `queue_full`, `queue_bytes_full`, `shut_down`, `encoding_failed`, `timeout`, `exporter_failed` and what exporters report.
 */
export class BatchProcessor implements EndedSpans {
  private readonly dropped: DroppedSpans;
  private readonly resource: Uint8Array;
  private readonly resourceSchemaUrl: string;
  private readonly exporters: readonly BatchExporter[];
  readonly options: Required<BatchProcessorOptions>;
  private readonly meter: ExportMeter | undefined;
  /** Given to exporters. */
  sentSpanCount = 0;
  /** Never given to one, by reason. */
  readonly refusedSpanCounts: Map<string, number> = new Map<string, number>();
  private readonly open: Map<InstrumentationScope, OpenScope> = new Map<InstrumentationScope, OpenScope>();
  /** The one of the span before, of which most spans are. */
  private lastOpen: OpenScope | undefined = undefined;
  private readonly encoder: SpanEncoder = new SpanEncoder();
  private readonly running: Set<Promise<void>> = new Set<Promise<void>>();
  private readonly spare: SpareBuffers = new SpareBuffers();
  /** A closure made where it is used would cost every span its context. */
  private readonly sendOpen: () => void = () => this.send();
  private openSpans = 0;
  private openBytes = 0;
  private queuedSpans = 0;
  private queuedBytes = 0;
  private cancelTimer: (() => void) | undefined = undefined;
  private stopped: Promise<void> | undefined = undefined;

  /** `resource` is an encoded OTLP `Resource` message; `meter` is told what exporting costs, and of one exporter only. */
  constructor(
    resource: Uint8Array,
    resourceSchemaUrl: string,
    exporters: readonly BatchExporter[],
    options: BatchProcessorOptions = {},
    droppedSpans: DroppedSpans = new DroppedSpans(),
    meter?: ExportMeter,
  ) {
    this.dropped = droppedSpans;
    this.meter = meter;
    if (meter !== undefined) for (const exporter of exporters) exporter.timeWith?.(meter);
    this.resource = resource;
    this.resourceSchemaUrl = resourceSchemaUrl;
    this.exporters = exporters;
    this.options = {
      maxBatchSpans: options.maxBatchSpans ?? 512,
      scheduledDelayMs: options.scheduledDelayMs ?? 5000,
      maxQueueSpans: options.maxQueueSpans ?? 2048,
      maxQueueBytes: options.maxQueueBytes ?? 16 * 2 ** 20,
      exportTimeoutMs: options.exportTimeoutMs ?? 30_000,
      flushTimeoutMs: options.flushTimeoutMs ?? options.exportTimeoutMs ?? 30_000,
      schedule: options.schedule ?? scheduleUnref,
    };
  }

  add(span: RecordingSpan): void {
    if (!this.mayAdd()) return;
    const scope = this.openScope(span.instrumentationScope);
    const before = scope.arena.length;
    try {
      this.encoder.encode(scope.arena, span);
    } catch (error) {
      scope.arena.length = before;
      this.addUnencodable(error);
      return;
    }
    this.added(scope, before);
  }

  /** A span that ended and is lost: something of it has no encoding. */
  addUnencodable(error: unknown): void {
    this.drop('encoding_failed', 1, error instanceof Error ? error.message : String(error));
  }

  /** As `add`, of a span that is encoded already. The bytes are copied. */
  addEncoded(instrumentationScope: InstrumentationScope, encoded: Uint8Array): void {
    if (!this.mayAdd()) return;
    const scope = this.openScope(instrumentationScope);
    const before = scope.arena.length;
    scope.arena.append(encoded);
    this.added(scope, before);
  }

  private mayAdd(): boolean {
    if (this.stopped === undefined && this.queuedSpans < this.options.maxQueueSpans) return true;
    this.refuse(this.stopped === undefined ? 'queue_full' : 'shut_down');
    return false;
  }

  private openScope(instrumentationScope: InstrumentationScope): OpenScope {
    const { lastOpen } = this;
    if (lastOpen !== undefined && lastOpen.instrumentationScope === instrumentationScope) return lastOpen;
    let scope = this.open.get(instrumentationScope);
    if (scope === undefined) {
      const arena = new ByteArena(this.spare.take(INITIAL_SCOPE_BYTES));
      scope = { instrumentationScope, arena, spanCount: 0 };
      this.open.set(instrumentationScope, scope);
    }
    this.lastOpen = scope;
    return scope;
  }

  /** A span was written behind `before`: it stays if its bytes fit the queue. */
  private added(scope: OpenScope, before: number): void {
    const byteLength = scope.arena.length - before;
    if (this.queuedBytes + byteLength > this.options.maxQueueBytes) {
      scope.arena.length = before;
      this.refuse('queue_bytes_full');
      return;
    }
    scope.spanCount++;
    this.openSpans++;
    this.openBytes += byteLength;
    this.queuedSpans++;
    this.queuedBytes += byteLength;
    if (this.openSpans >= this.options.maxBatchSpans) this.send();
    else this.cancelTimer ??= this.options.schedule(this.sendOpen, this.options.scheduledDelayMs);
  }

  /** Open, waiting and being exported. */
  get queuedSpanCount(): number {
    return this.queuedSpans;
  }

  /** Taken and refused. */
  get addedSpanCount(): number {
    let count = this.sentSpanCount + this.openSpans;
    for (const refusedCount of this.refusedSpanCounts.values()) count += refusedCount;
    return count;
  }

  /** Of the same spans. */
  get queuedByteCount(): number {
    return this.queuedBytes;
  }

  /** Resolves when everything that ended before was exported or dropped, after the flush timeout at the latest. */
  async forceFlush(): Promise<void> {
    if (this.stopped !== undefined) return this.stopped;
    await this.flush();
  }

  /** Flushes, then shuts the exporters down; once. Spans that end later are dropped. */
  shutdown(): Promise<void> {
    this.stopped ??= this.stop();
    return this.stopped;
  }

  private async stop(): Promise<void> {
    await this.flush();
    await this.bounded(Promise.allSettled(this.exporters.map(async (exporter) => exporter.shutdown())));
  }

  private async flush(): Promise<void> {
    this.send();
    const aborter = new AbortController();
    const { done } = this.deadline(this.options.flushTimeoutMs, aborter);
    const flushed = Promise.all(this.running).then(() =>
      Promise.allSettled(this.exporters.map(async (exporter) => exporter.forceFlush?.(aborter.signal))),
    );
    if (!(await this.bounded(flushed))) {
      diag.warn(`not all spans were exported within ${this.options.flushTimeoutMs} ms; they may still be`);
    }
    done();
  }

  private send(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.openSpans === 0) return;
    if (this.meter === undefined) this.sendBatch();
    else this.meter.section(this.sendBatch);
  }

  private readonly sendBatch: () => void = () => {
    const open = [...this.open];
    const batch: SpanBatch = {
      resource: this.resource,
      resourceSchemaUrl: this.resourceSchemaUrl,
      scopes: open.map(([{ name, version = '', schemaUrl = '', encodedAttributes }, { arena, spanCount }]) => ({
        scope: {
          name,
          version,
          schemaUrl,
          ...(encodedAttributes === undefined ? {} : { attributes: encodedAttributes }),
        },
        spans: arena.written(),
        spanCount,
      })),
      spanCount: this.openSpans,
      byteLength: this.openBytes,
    };
    this.sentSpanCount += batch.spanCount;
    this.open.clear();
    this.lastOpen = undefined;
    this.openSpans = 0;
    this.openBytes = 0;
    const exports = this.exporters.map(async (exporter) => this.exportTo(exporter, batch));
    const exported = Promise.all(exports).then((isSettled) => {
      if (isSettled.every(Boolean) && this.exporters.every(({ releasesBytes }) => releasesBytes === true)) {
        for (const [, { arena }] of open) this.spare.give(arena.bytes);
      }
      this.queuedSpans -= batch.spanCount;
      this.queuedBytes -= batch.byteLength;
      this.running.delete(exported);
    });
    this.running.add(exported);
  };

  /** False if the exporter may still be at it. */
  private async exportTo(exporter: BatchExporter, batch: SpanBatch): Promise<boolean> {
    const aborter = takeAborter();
    const { expired, done } = this.deadline(this.options.exportTimeoutMs, aborter);
    const context = contextApi.active().setValue(SUPPRESS_TRACING_KEY, true);
    const startMs = this.meter?.begin(batch.spanCount) ?? 0;
    let outcome: ExportOutcome | undefined;
    let isSettled = false;
    try {
      const exporting = contextApi.with(context, () => exporter.export(batch, aborter.signal));
      outcome = await Promise.race([exporting, expired]);
      isSettled = outcome !== undefined;
      outcome ??= dropped(batch.spanCount, 'timeout', `${exporter.name} did not answer`);
    } catch (error) {
      // Exporters never reject by contract; one that does loses its batch and nothing else.
      const message = error instanceof Error ? error.message : String(error);
      outcome = dropped(batch.spanCount, 'exporter_failed', `${exporter.name}: ${message}`);
    } finally {
      done();
    }
    if (isSettled && exporter.releasesSignal === true) giveAborter(aborter);
    this.meter?.settle(startMs, batch.spanCount, outcome);
    const { exportedCount, droppedCount, dropReason = 'unknown', message } = outcome;
    if (droppedCount > 0) this.drop(dropReason, droppedCount, message);
    else if (message !== undefined) this.dropped.warn(exporter.name, exportedCount, message, this.options.schedule);
    return isSettled;
  }

  private refuse(reason: string): void {
    this.refusedSpanCounts.set(reason, (this.refusedSpanCounts.get(reason) ?? 0) + 1);
    this.drop(reason, 1);
  }

  /** False if it took longer than a flush may. */
  private async bounded(work: Promise<unknown>): Promise<boolean> {
    const { expired, done } = this.deadline(this.options.flushTimeoutMs);
    const isDone = await Promise.race([work.then(() => true), expired]);
    done();
    return isDone === true;
  }

  /** `expired` resolves, and `aborter` aborts, after the time, unless `done` was called before. */
  private deadline(timeoutMs: number, aborter?: AbortController): { expired: Promise<undefined>; done: () => void } {
    let isDone = false;
    let cancel = (): void => {};
    const expired = new Promise<undefined>((resolve) => {
      cancel = this.options.schedule(() => {
        // Somebody else may have the controller by now.
        if (isDone) return;
        aborter?.abort();
        resolve(undefined);
      }, timeoutMs);
    });
    const done = (): void => {
      isDone = true;
      cancel();
    };
    return { expired, done };
  }

  private drop(reason: string, spanCount: number, message?: string): void {
    this.dropped.add(reason, spanCount, message, this.options.schedule);
  }
}
