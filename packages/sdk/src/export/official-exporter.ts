import { spansOfBatch } from './batch-bytes.ts';
import { dropped, messageOf } from './delivering-exporter.ts';
import { type ReadableSpan, readableSpans } from './readable-span.ts';
import type { BatchExporter, ExportOutcome, ExportTimer, SpanBatch } from './span-exporter.ts';
import { withoutTracing } from './suppressed-tracing.ts';

/** `ExportResult` of the official SDK: code 0 is success. */
export interface OfficialExportResult {
  readonly code: number;
  readonly error?: Error;
}

/** `SpanExporter` of the official SDK, 2.x and later. */
export interface OfficialSpanExporter {
  /** Ours have a name, by which the two are told apart in a list. One that has a name goes there by `officialExporter`. */
  readonly name?: undefined;
  export(spans: ReadableSpan[], resultCallback: (result: OfficialExportResult) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/**
 * An exporter of the official SDK behind our interface. As its specification says, it is never asked to export two
 * batches at once. What it throws, or fails with, is an outcome: `failed`. One that never answers holds up the next
 * batch only until the signal of its own is aborted.
 */
export function officialExporter(
  exporter: Omit<OfficialSpanExporter, 'name'>,
  name: string = nameOf(exporter),
): BatchExporter {
  let last: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | undefined;
  let timer: ExportTimer | undefined;
  const timed = <Result>(work: () => Result): Result => (timer === undefined ? work() : timer.section(work));

  async function exportBatch(batch: SpanBatch, signal: AbortSignal): Promise<ExportOutcome> {
    if (signal.aborted) return abortedOutcome(batch, signal);
    let spans: ReadableSpan[];
    try {
      spans = timed(() => readableSpans(spansOfBatch(batch)));
    } catch (error) {
      return dropped(batch.spanCount, 'encoding_failed', `${name}: ${messageOf(error)}`);
    }
    const result = await resultOf(spans, signal);
    if (result === undefined) return abortedOutcome(batch, signal);
    if (result.code !== 0) {
      return dropped(batch.spanCount, 'failed', `${name}: ${result.error?.message ?? 'the export failed'}`);
    }
    const droppedCount = batch.spanCount - spans.length;
    return {
      exportedCount: spans.length,
      droppedCount,
      ...(droppedCount > 0 ? { dropReason: 'invalid_span' } : {}),
    };
  }

  function abortedOutcome(batch: SpanBatch, signal: AbortSignal): ExportOutcome {
    const reason: unknown = signal.reason;
    const isTimeout = reason instanceof DOMException && reason.name === 'TimeoutError';
    return dropped(
      batch.spanCount,
      isTimeout ? 'timeout' : 'aborted',
      `${name}: no answer before the export was aborted`,
    );
  }

  /** Undefined after an abort. */
  function resultOf(spans: ReadableSpan[], signal: AbortSignal): Promise<OfficialExportResult | undefined> {
    return new Promise((resolve) => {
      const abort = (): void => resolve(undefined);
      signal.addEventListener('abort', abort, { once: true });
      const done = (result: OfficialExportResult): void => {
        signal.removeEventListener('abort', abort);
        resolve(result);
      };
      const fail = (error: unknown): void =>
        done({ code: 1, error: error instanceof Error ? error : new Error(String(error)) });
      try {
        const exported: unknown = timed(() => withoutTracing(() => exporter.export(spans, done)));
        // One that is asynchronous against the interface.
        if (exported instanceof Promise) exported.catch(fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  return {
    name,
    export: (batch, signal) => {
      if (closed !== undefined) {
        return Promise.resolve(dropped(batch.spanCount, 'shut_down', `${name} is shut down`));
      }
      const outcome = last.then(() => exportBatch(batch, signal));
      last = outcome;
      return outcome;
    },
    timeWith: (given) => {
      timer = given;
    },
    forceFlush: async (signal) => {
      await Promise.race([last, abortOf(signal)]);
      if (signal.aborted) return;
      const flushed = withoutTracing(async () => exporter.forceFlush?.()).catch(() => {
        // Each batch has an outcome of its own; there is nothing to add to it.
      });
      await Promise.race([flushed, abortOf(signal)]);
    },
    shutdown: () => {
      closed ??= last
        .then(() => withoutTracing(() => exporter.shutdown()))
        .catch(() => {
          // It is over either way.
        });
      return closed;
    },
  };
}

/** Whether an exporter has the official interface: ours have a name, and official ones a callback. */
export function isOfficialExporter(exporter: BatchExporter | OfficialSpanExporter): exporter is OfficialSpanExporter {
  return !('name' in exporter && typeof exporter.name === 'string');
}

function nameOf(exporter: object): string {
  const name: unknown = exporter.constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name : 'exporter';
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
