import type { ExporterConfig, JaegerExporterConfig, OtlpExporterConfig } from '../config/tracing-config.ts';
import { consoleExporter } from './console-exporter.ts';
import { dropped } from './delivering-exporter.ts';
import { fileExporter } from './file-exporter.ts';
import { jaegerGrpcExporter } from './jaeger-grpc-exporter.ts';
import { jaegerHttpExporter } from './jaeger-http-exporter.ts';
import { jaegerUdpExporter } from './jaeger-udp-exporter.ts';
import { memoryExporter } from './memory-exporter.ts';
import { otlpGrpcExporter } from './otlp-grpc-exporter.ts';
import { otlpHttpExporter } from './otlp-http-exporter.ts';
import { simpleListExporter } from './simple-list-exporter.ts';
import type { BatchExporter } from './span-exporter.ts';
import type { TlsOptions } from './tls-files.ts';
import { zipkinExporter } from './zipkin-exporter.ts';

/**
 * The exporter that a configuration describes. An endpoint that is none makes an exporter that drops
 * everything as `misconfigured`: the application runs on.
 */
export function exporterOfConfig(config: ExporterConfig): BatchExporter {
  switch (config.type) {
    case 'otlp':
      return otlpExporterOf(config);
    case 'zipkin':
      return zipkinExporter(config);
    case 'simple':
      return simpleListExporter(config);
    case 'jaeger':
      return jaegerExporterOf(config);
    case 'memory':
      return memoryExporter();
    case 'console':
      return consoleExporter({ format: config.format });
    case 'file':
      return fileExporter({ path: config.path });
    default:
      return config satisfies never;
  }
}

function otlpExporterOf(config: OtlpExporterConfig): BatchExporter {
  const { protocol, endpoint, headers, compression, timeoutMs } = config;
  const tls = tlsOf(config);
  if (protocol === 'grpc') {
    // gRPC has no zstd of its own.
    return otlpGrpcExporter({
      endpoint,
      headers,
      timeoutMs,
      tls,
      compression: compression === 'none' ? 'none' : 'gzip',
    });
  }
  const encoding = protocol === 'http/json' ? 'json' : 'protobuf';
  return otlpHttpExporter({ tracesEndpoint: endpoint, encoding, headers, compression, timeoutMs, tls });
}

function tlsOf({ certificateFile, clientKeyFile, clientCertificateFile }: OtlpExporterConfig): TlsOptions {
  return {
    ...(certificateFile === undefined ? {} : { certificateFile }),
    ...(clientKeyFile === undefined ? {} : { clientKeyFile }),
    ...(clientCertificateFile === undefined ? {} : { clientCertificateFile }),
  };
}

function jaegerExporterOf({ protocol, endpoint, headers, timeoutMs }: JaegerExporterConfig): BatchExporter {
  if (protocol === 'http/thrift') return jaegerHttpExporter({ endpoint, headers, timeoutMs });
  if (protocol === 'grpc') return jaegerGrpcExporter({ endpoint, headers, timeoutMs });
  const match = /^(?:udp:\/\/)?\[?(?<host>[^\]]+?)\]?:(?<port>\d{1,5})\/?$/.exec(endpoint);
  const { host, port } = match?.groups ?? {};
  if (host === undefined || !(Number(port) > 0 && Number(port) < 65_536)) {
    return misconfigured('jaeger-udp', `jaeger-udp: ${JSON.stringify(endpoint)} is not host:port`);
  }
  return jaegerUdpExporter({ host, port: Number(port) });
}

function misconfigured(name: string, message: string): BatchExporter {
  return {
    name,
    export: async (batch) => dropped(batch.spanCount, 'misconfigured', message),
    shutdown: async () => {},
  };
}
