import { encodeSimpleSpan } from '@throughline/wire';
import { spansOfBatch } from './batch-bytes.ts';
import { dropped, messageOf } from './delivering-exporter.ts';
import { spanTreeText } from './span-tree-text.ts';
import type { BatchExporter } from './span-exporter.ts';

export interface ConsoleExporterOptions {
  /** `tree`: for people, one tree for each trace of a batch. `json`: one object a span and line. Default `tree`. */
  readonly format?: 'tree' | 'json';
  /** Takes whole lines. Default: standard output. */
  readonly write?: (text: string) => void;
}

const NAME = 'console';

/** Prints spans. */
export function consoleExporter(options: ConsoleExporterOptions = {}): BatchExporter {
  const { format = 'tree', write = (text) => void process.stdout.write(text) } = options;
  let isClosed = false;
  return {
    name: NAME,
    export: async (batch, signal) => {
      if (isClosed) return dropped(batch.spanCount, 'shut_down', `${NAME} is shut down`);
      if (signal.aborted) return dropped(batch.spanCount, 'aborted', `${NAME}: the export was aborted`);
      try {
        const spans = spansOfBatch(batch);
        const droppedCount = batch.spanCount - spans.length;
        write(
          format === 'json'
            ? spans.map((span) => `${JSON.stringify(encodeSimpleSpan(span))}\n`).join('')
            : spanTreeText(spans),
        );
        return {
          exportedCount: spans.length,
          droppedCount,
          ...(droppedCount > 0 ? { dropReason: 'invalid_span' } : {}),
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
