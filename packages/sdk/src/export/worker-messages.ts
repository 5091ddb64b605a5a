import type { ExporterConfig } from '../config/tracing-config.ts';
import type { ExportOutcome, SpanBatch } from './span-exporter.ts';

/** What the thread of `workerExporter` is started with. */
export interface WorkerSettings {
  readonly config: ExporterConfig;
}

export type ToWorker =
  /** The bytes of the batch are its own: their buffers are moved, not copied. */
  | { readonly kind: 'export'; readonly id: number; readonly batch: SpanBatch }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'shutdown' };

export type FromWorker =
  /** First of all: the exporter is there. */
  | { readonly kind: 'ready' }
  /** With the CPU that the thread has taken since the last one, where Node.js tells it (from 23.9 on). */
  | { readonly kind: 'exported'; readonly id: number; readonly outcome: ExportOutcome; readonly threadCpuNano?: number }
  | { readonly kind: 'shut_down' };
