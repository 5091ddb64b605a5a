import { deliveringExporter } from './delivering-exporter.ts';
import { type GrpcExporterOptions, grpcTransport } from './grpc-transport.ts';
import { encodeProtobuf, readProtobufSuccess } from './otlp-http-exporter.ts';
import type { BatchExporter } from './span-exporter.ts';

/** `endpoint`: default `http://localhost:4317`. */
export type OtlpGrpcExporterOptions = GrpcExporterOptions;

/** Sends batches by OTLP over gRPC, on one HTTP/2 connection of `node:http2`. */
export function otlpGrpcExporter(options: OtlpGrpcExporterOptions = {}): BatchExporter {
  const transport = grpcTransport(
    {
      name: 'otlp-grpc',
      defaultEndpoint: 'http://localhost:4317',
      path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      // Source: OTLP 1.11, "OTLP/gRPC", failures: only with a `RetryInfo`.
      retriesExhausted: false,
      encode: encodeProtobuf,
      readSuccess: readProtobufSuccess,
    },
    options,
  );
  return deliveringExporter(transport, options);
}
