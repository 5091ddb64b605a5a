import { decodeRpcStatus } from '@throughline/wire';
import { compressorOf } from './compress-body.ts';
import { connectionFailure, redactor } from './connection-failure.ts';
import {
  deliveringExporter,
  type Attempt,
  type DeliveryOptions,
  failedAttempt,
  messageOf,
  type Transport,
} from './delivering-exporter.ts';
import { type GrpcAnswer, grpcCall, grpcFrame, GrpcStatus } from './grpc-call.ts';
import { type GrpcConnection, grpcConnection } from './grpc-connection.ts';
import { DEFAULT_MAX_RESPONSE_BYTES } from './http-sender.ts';
import { grpcOrigin } from './otlp-endpoint.ts';
import { encodeProtobuf, readProtobufSuccess } from './otlp-http-exporter.ts';
import type { BatchExporter } from './span-exporter.ts';
import { readTlsFiles, type TlsOptions } from './tls-files.ts';

export interface OtlpGrpcExporterOptions extends DeliveryOptions {
  /** `http://host:port` without TLS, `https://host:port` with it, or `host:port`. Default `http://localhost:4317`. */
  readonly endpoint?: string;
  /** Whether an endpoint without a scheme is called without TLS. Default false. */
  readonly insecure?: boolean;
  /** Metadata of every call. Values are never part of a message. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  /** Of the message. Default `none`. */
  readonly compression?: 'none' | 'gzip';
  /** Default 4 MiB. */
  readonly maxResponseBytes?: number;
}

const NAME = 'otlp-grpc';
const PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** Source: OTLP 1.11, "OTLP/gRPC", failures; RESOURCE_EXHAUSTED only with a `RetryInfo`. */
const RETRYABLE_STATUS: ReadonlySet<number> = new Set([
  GrpcStatus.CANCELLED,
  GrpcStatus.DEADLINE_EXCEEDED,
  GrpcStatus.ABORTED,
  GrpcStatus.OUT_OF_RANGE,
  GrpcStatus.UNAVAILABLE,
  GrpcStatus.DATA_LOSS,
]);

/** Sends batches by OTLP over gRPC, on one HTTP/2 connection of `node:http2`. */
export function otlpGrpcExporter(options: OtlpGrpcExporterOptions = {}): BatchExporter {
  return deliveringExporter(grpcTransport(options), options);
}

function grpcTransport(options: OtlpGrpcExporterOptions): Transport {
  const redact = redactor(options.headers ?? {});
  let connection: GrpcConnection;
  let target: string;
  try {
    const origin = grpcOrigin(options.endpoint ?? 'http://localhost:4317', options.insecure ?? false);
    target = `gRPC ${origin}`;
    connection = grpcConnection(origin, readTlsFiles(options.tls));
  } catch (error) {
    const failure = failedAttempt('misconfigured', redact(`${NAME}: ${messageOf(error)}`));
    return { name: NAME, encode: encodeProtobuf, send: async () => failure, close: () => {} };
  }
  const maxResponseBytes = options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
  const compressor = compressorOf(options.compression ?? 'none');
  const headers = {
    ...lowerCased(options.headers ?? {}),
    ':method': 'POST',
    ':path': PATH,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'throughline-sdk',
    'grpc-accept-encoding': 'identity,gzip',
    ...(compressor === undefined ? {} : { 'grpc-encoding': compressor.encoding }),
  };
  return {
    name: NAME,
    encode: encodeProtobuf,
    compress: async (bytes) =>
      compressor === undefined ? grpcFrame(bytes, false) : grpcFrame(await compressor.compress(bytes), true),
    send: async (frame, signal) => {
      try {
        return attemptOf(await grpcCall(connection, headers, frame, maxResponseBytes, signal), target, redact);
      } catch (error) {
        return connectionFailure(error, target, redact);
      }
    },
    close: () => connection.close(),
  };
}

function attemptOf(answer: GrpcAnswer, target: string, redact: (text: string) => string): Attempt {
  const { status, body } = answer;
  if (status === GrpcStatus.OK) {
    try {
      if (body === undefined) throw new Error('no message');
      const { rejectedCount, message } = readProtobufSuccess(body);
      return { kind: 'accepted', rejectedCount, message: redact(message) };
    } catch {
      // The status says that the spans were taken.
      return { kind: 'accepted', rejectedCount: 0, message: `${target}: the answer cannot be read` };
    }
  }
  const message = redact(`${target}: status ${status}${answer.message === '' ? '' : `: ${answer.message}`}`);
  const retryAfterMs = retryDelayOf(answer.details);
  const isThrottled = status === GrpcStatus.RESOURCE_EXHAUSTED && retryAfterMs !== undefined;
  if (!RETRYABLE_STATUS.has(status) && !isThrottled) return failedAttempt('refused', message);
  return {
    kind: 'failed',
    reason: isThrottled ? 'throttled' : 'unavailable',
    message,
    isRetryable: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function retryDelayOf(details: Uint8Array | undefined): number | undefined {
  try {
    return details === undefined ? undefined : decodeRpcStatus(details).retryDelayMs;
  } catch {
    return undefined;
  }
}

/** HTTP/2 has no capitals in names. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
