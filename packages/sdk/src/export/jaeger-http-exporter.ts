import { encodeJaegerThrift } from '@throughline/wire';
import { spansOfBatch } from './batch-bytes.ts';
import { deliveringExporter } from './delivering-exporter.ts';
import { type HttpExporterOptions, httpTransport } from './http-transport.ts';
import type { BatchExporter } from './span-exporter.ts';

export interface JaegerHttpExporterOptions extends HttpExporterOptions {
  /** The whole URL. Default `http://localhost:14268/api/traces`. */
  readonly endpoint?: string;
}

/** Sends batches as binary Thrift to a Jaeger collector. */
export function jaegerHttpExporter(options: JaegerHttpExporterOptions = {}): BatchExporter {
  const transport = httpTransport(
    {
      name: 'jaeger-http',
      url: options.endpoint ?? 'http://localhost:14268/api/traces',
      contentType: 'application/vnd.apache.thrift.binary',
      encode: (batch) => {
        const spans = spansOfBatch(batch);
        // A batch has one resource, so there is one Thrift batch, or none without a valid span.
        const [bytes = new Uint8Array(0)] = encodeJaegerThrift(spans);
        return { bytes, spanCount: spans.length };
      },
    },
    options,
  );
  return deliveringExporter(transport, options);
}
