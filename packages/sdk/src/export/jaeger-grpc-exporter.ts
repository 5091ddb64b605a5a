import { encodeJaegerProtobuf } from '@throughline/wire';
import { spansOfBatch } from './batch-bytes.ts';
import { deliveringExporter } from './delivering-exporter.ts';
import { type GrpcExporterOptions, grpcTransport } from './grpc-transport.ts';
import type { BatchExporter } from './span-exporter.ts';

/** `endpoint`: default `http://localhost:14250`. */
export type JaegerGrpcExporterOptions = GrpcExporterOptions;

/** Sends batches in Jaeger's own protobuf model to a Jaeger collector, as Jaeger's agents did. */
export function jaegerGrpcExporter(options: JaegerGrpcExporterOptions = {}): BatchExporter {
  const transport = grpcTransport(
    {
      name: 'jaeger-grpc',
      defaultEndpoint: 'http://localhost:14250',
      path: '/jaeger.api_v2.CollectorService/PostSpans',
      // What a collector says whose queue is full, without a `RetryInfo`.
      retriesExhausted: true,
      encode: (batch) => {
        const spans = spansOfBatch(batch);
        // A batch has one resource, so there is one request, or none without a valid span.
        const [bytes = new Uint8Array(0)] = encodeJaegerProtobuf(spans);
        return { bytes, spanCount: spans.length };
      },
    },
    options,
  );
  return deliveringExporter(transport, options);
}
