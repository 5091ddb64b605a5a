import type { Span } from '@throughline/model';
import { spansOfBatch } from './batch-bytes.ts';
import { dropped, messageOf } from './delivering-exporter.ts';
import type { BatchExporter } from './span-exporter.ts';

export interface MemoryExporterOptions {
  /** Later ones are dropped as `memory_full`. Default 10,000. */
  readonly maxSpans?: number;
}

export interface MemoryExporter extends BatchExporter {
  /** What was exported, in order. Still there after shutdown. */
  readonly spans: readonly Span[];
  clear(): void;
}

const NAME = 'memory';
const DEFAULT_MAX_SPANS = 10_000;

/** Keeps spans, for tests. */
export function memoryExporter(options: MemoryExporterOptions = {}): MemoryExporter {
  const { maxSpans = DEFAULT_MAX_SPANS } = options;
  const kept: Span[] = [];
  let isClosed = false;
  return {
    name: NAME,
    spans: kept,
    clear: () => {
      kept.length = 0;
    },
    export: async (batch, signal) => {
      if (isClosed) return dropped(batch.spanCount, 'shut_down', `${NAME} is shut down`);
      if (signal.aborted) return dropped(batch.spanCount, 'aborted', `${NAME}: the export was aborted`);
      try {
        const spans = spansOfBatch(batch);
        const fitting = spans.slice(0, Math.max(0, maxSpans - kept.length));
        for (const span of fitting) kept.push(span);
        const droppedCount = batch.spanCount - fitting.length;
        if (droppedCount === 0) return { exportedCount: fitting.length, droppedCount };
        const isFull = fitting.length < spans.length;
        return {
          exportedCount: fitting.length,
          droppedCount,
          dropReason: isFull ? 'memory_full' : 'invalid_span',
          ...(isFull ? { message: `${NAME}: ${maxSpans} spans are kept at most` } : {}),
        };
      } catch (error) {
        return dropped(batch.spanCount, 'encoding_failed', `${NAME}: ${messageOf(error)}`);
      }
    },
    shutdown: async () => {
      isClosed = true;
    },
  };
}
