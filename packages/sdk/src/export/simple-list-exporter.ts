import { encodeSimpleSpan } from '@throughline/wire';
import { spansOfBatch } from './batch-bytes.ts';
import { deliveringExporter } from './delivering-exporter.ts';
import { type HttpExporterOptions, httpTransport } from './http-transport.ts';
import type { BatchExporter } from './span-exporter.ts';

export interface SimpleListExporterOptions extends HttpExporterOptions {
  /** The whole URL. Default `http://localhost:16686/v1/traces`. */
  readonly endpoint?: string;
}

/** Sends batches as a JSON array of flat spans, for receivers that are written by hand. */
export function simpleListExporter(options: SimpleListExporterOptions = {}): BatchExporter {
  const transport = httpTransport(
    {
      name: 'simple-list',
      url: options.endpoint ?? 'http://localhost:16686/v1/traces',
      contentType: 'application/json',
      encode: (batch) => {
        const spans = spansOfBatch(batch);
        return { bytes: Buffer.from(JSON.stringify(spans.map(encodeSimpleSpan))), spanCount: spans.length };
      },
      readSuccess: readReceived,
    },
    options,
  );
  return deliveringExporter(transport, options);
}

/** `{"status": "ok", "received": n}`; a receiver that says something else, or nothing, took them all. */
function readReceived(body: Buffer, spanCount: number): { readonly rejectedCount: number; readonly message: string } {
  if (body.length === 0) return { rejectedCount: 0, message: '' };
  const answer: unknown = JSON.parse(body.toString());
  const received: unknown =
    typeof answer === 'object' && answer !== null && 'received' in answer ? answer.received : spanCount;
  if (typeof received !== 'number' || !(received >= 0 && received < spanCount))
    return { rejectedCount: 0, message: '' };
  return { rejectedCount: spanCount - received, message: `${received} of ${spanCount} spans were received` };
}
