import type { ExporterConfig } from '../config/tracing-config.ts';
import type { ExportOutcome, SpanBatch } from './span-exporter.ts';

/** What the thread of `workerExporter` is started with. */
export interface WorkerSettings {
  readonly config: ExporterConfig;
}

export type ToWorker =
  | {
      readonly kind: 'export';
      readonly id: number;
      readonly batch: SpanBatch;
      /** Of its spans and nothing else: moved, not copied. */
      readonly memory: readonly ArrayBuffer[];
    }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'shutdown' };

export type FromWorker =
  /** First of all: the exporter is there. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'exported';
      readonly id: number;
      readonly outcome: ExportOutcome;
      /** The memory of the batch, moved back, if nobody reads it any more. */
      readonly released: readonly ArrayBuffer[];
      /** CPU that the thread has taken since the last one, where Node.js tells it (from 23.9 on). */
      readonly threadCpuNano?: number;
    }
  | { readonly kind: 'shut_down' };
