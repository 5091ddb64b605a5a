import type { SpanColumns } from './span-columns.ts';

export interface SpanBatch {
  readonly tenant: string;
  readonly columns: SpanColumns;
}

/**
 * Where spans go. Receivers write to one, processors are functions from sink to sink, stores are the last.
 *
 * `write` resolves when every span of the batch is durable and visible to every query that starts afterwards. It
 * rejects with a `CodedError`: `overloaded` (retryable; the bounded queue is full, nothing of the batch was taken),
 * `disk_full` (retryable), `closed`, or `storage_failed` (retryable; the batch may or may not be stored, and a repeat
 * is harmless because copies of a span count once). Batches may be written concurrently; order is not kept. The sink
 * owns the batch's buffers until the promise settles.
 */
export interface SpanSink {
  write(batch: SpanBatch): Promise<void>;
}
