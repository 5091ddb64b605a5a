import { encodeZipkinSpans } from '@throughline/wire';
import { spansOfBatch } from './batch-bytes.ts';
import { deliveringExporter } from './delivering-exporter.ts';
import { type HttpExporterOptions, httpTransport } from './http-transport.ts';
import type { BatchExporter } from './span-exporter.ts';

export interface ZipkinExporterOptions extends HttpExporterOptions {
  /** The whole URL. Default `http://localhost:9411/api/v2/spans`. */
  readonly endpoint?: string;
}

/** Sends batches as JSON to Zipkin's API, version 2. */
export function zipkinExporter(options: ZipkinExporterOptions = {}): BatchExporter {
  const transport = httpTransport(
    {
      name: 'zipkin',
      url: options.endpoint ?? 'http://localhost:9411/api/v2/spans',
      contentType: 'application/json',
      encode: (batch) => {
        const spans = spansOfBatch(batch);
        return { bytes: Buffer.from(JSON.stringify(encodeZipkinSpans(spans))), spanCount: spans.length };
      },
    },
    options,
  );
  return deliveringExporter(transport, options);
}
