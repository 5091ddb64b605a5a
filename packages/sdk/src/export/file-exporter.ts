import { type FileHandle, open } from 'node:fs/promises';
import { encodeOtlpJson } from '@throughline/wire';
import { spansOfBatch } from './batch-bytes.ts';
import { deliveringExporter, type DeliveryOptions, failedAttempt, messageOf } from './delivering-exporter.ts';
import type { BatchExporter } from './span-exporter.ts';

export interface FileExporterOptions extends Pick<DeliveryOptions, 'timeoutMs' | 'maxQueueBytes'> {
  /** Appended to, and made if it is not there; its folder must exist. */
  readonly path: string;
}

/**
 * Appends each batch as one line of OTLP JSON, as the OpenTelemetry Collector's file exporter does. Lines are written
 * one after the other.
 */
export function fileExporter(options: FileExporterOptions): BatchExporter {
  let file: FileHandle | undefined;
  return deliveringExporter(
    {
      name: 'file',
      encode: (batch) => {
        const spans = spansOfBatch(batch);
        return { bytes: Buffer.from(`${encodeOtlpJson(spans)}\n`), spanCount: spans.length };
      },
      send: async (bytes) => {
        try {
          file ??= await open(options.path, 'a');
          await file.appendFile(bytes);
          return { kind: 'accepted', rejectedCount: 0, message: '' };
        } catch (error) {
          return failedAttempt('unwritable', `file: ${messageOf(error)}`);
        }
      },
      close: async () => {
        try {
          await file?.close();
        } catch {
          // Every line was written by a call that succeeded or was reported.
        }
      },
    },
    { ...options, maxConcurrency: 1 },
  );
}
