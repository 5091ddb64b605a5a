import { decodeRpcStatus } from '@throughline/wire';
import { compressorOf } from './compress-body.ts';
import { connectionFailure, redactor } from './connection-failure.ts';
import { type Attempt, type DeliveryOptions, failedAttempt, messageOf, type Transport } from './delivering-exporter.ts';
import { type GrpcAnswer, grpcCall, grpcFrame, GrpcStatus } from './grpc-call.ts';
import { type GrpcConnection, grpcConnection } from './grpc-connection.ts';
import { DEFAULT_MAX_RESPONSE_BYTES } from './http-sender.ts';
import { grpcOrigin } from './otlp-endpoint.ts';
import { readTlsFiles, type TlsOptions } from './tls-files.ts';

/** Options of every exporter that calls over gRPC. */
export interface GrpcExporterOptions extends DeliveryOptions {
  /** `http://host:port` without TLS, `https://host:port` with it, or `host:port`. */
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

/** What is particular to a service over gRPC. */
export interface GrpcProtocol extends Pick<Transport, 'name' | 'encode'> {
  readonly defaultEndpoint: string;
  /** `/package.Service/Method` */
  readonly path: string;
  /** Whether RESOURCE_EXHAUSTED is tried again without a `RetryInfo`, too. */
  readonly retriesExhausted: boolean;
  /** Reads the answer to a success: spans that were not taken, and a message. May throw. */
  readSuccess?(body: Uint8Array): { readonly rejectedCount: number; readonly message: string };
}

/** Source: OTLP 1.11, "OTLP/gRPC", failures. */
const RETRYABLE_STATUS: ReadonlySet<number> = new Set([
  GrpcStatus.CANCELLED,
  GrpcStatus.DEADLINE_EXCEEDED,
  GrpcStatus.ABORTED,
  GrpcStatus.OUT_OF_RANGE,
  GrpcStatus.UNAVAILABLE,
  GrpcStatus.DATA_LOSS,
]);

/** A transport that makes a unary call of each request, on one HTTP/2 connection of `node:http2`. */
export function grpcTransport(protocol: GrpcProtocol, options: GrpcExporterOptions): Transport {
  const { name, encode } = protocol;
  const redact = redactor(options.headers ?? {});
  let connection: GrpcConnection;
  let target: string;
  try {
    const origin = grpcOrigin(options.endpoint ?? protocol.defaultEndpoint, options.insecure ?? false);
    target = `gRPC ${origin}`;
    connection = grpcConnection(origin, readTlsFiles(options.tls));
  } catch (error) {
    const failure = failedAttempt('misconfigured', redact(`${name}: ${messageOf(error)}`));
    return { name, encode, send: async () => failure, close: () => {} };
  }
  const maxResponseBytes = options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
  const compressor = compressorOf(options.compression ?? 'none');
  const headers = {
    ...lowerCased(options.headers ?? {}),
    ':method': 'POST',
    ':path': protocol.path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'throughline-sdk',
    'grpc-accept-encoding': 'identity,gzip',
    ...(compressor === undefined ? {} : { 'grpc-encoding': compressor.encoding }),
  };

  function attemptOf(answer: GrpcAnswer): Attempt {
    const { status, body } = answer;
    if (status === GrpcStatus.OK) return acceptedAttempt(body);
    const message = redact(`${target}: status ${status}${answer.message === '' ? '' : `: ${answer.message}`}`);
    const retryAfterMs = retryDelayOf(answer.details);
    const isThrottled =
      status === GrpcStatus.RESOURCE_EXHAUSTED && (retryAfterMs !== undefined || protocol.retriesExhausted);
    if (!RETRYABLE_STATUS.has(status) && !isThrottled) return failedAttempt('refused', message);
    return {
      kind: 'failed',
      reason: isThrottled ? 'throttled' : 'unavailable',
      message,
      isRetryable: true,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }

  function acceptedAttempt(body: Uint8Array | undefined): Attempt {
    try {
      if (body === undefined) throw new Error('no message');
      const { rejectedCount, message } = protocol.readSuccess?.(body) ?? { rejectedCount: 0, message: '' };
      return { kind: 'accepted', rejectedCount, message: redact(message) };
    } catch {
      // The status says that the spans were taken.
      return { kind: 'accepted', rejectedCount: 0, message: `${target}: the answer cannot be read` };
    }
  }

  return {
    name,
    encode,
    compress: async (bytes) =>
      compressor === undefined ? grpcFrame(bytes, false) : grpcFrame(await compressor.compress(bytes), true),
    send: async (frame, signal) => {
      try {
        return attemptOf(await grpcCall(connection, headers, frame, maxResponseBytes, signal));
      } catch (error) {
        return connectionFailure(error, target, redact);
      }
    },
    letExit: () => connection.letExit(),
    close: () => connection.close(),
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
