import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { CodedError, parseTenant } from '@throughline/model';
import { decodeOtlpColumns, encodeExportResponse, encodeRpcStatus } from '@throughline/wire';
import type { Intake } from './intake.ts';
import { refusalOf } from './refusal.ts';

export interface OtlpGrpcReceiverOptions {
  readonly intake: Intake;
  /** `HOST:PORT`; port 0 takes any free one. */
  readonly address: string;
  /** Told of failures that are defects, not refusals. */
  readonly onDefect?: (error: unknown) => void;
}

export interface GrpcListener extends AsyncDisposable {
  readonly port: number;
  /** Takes no new calls, and waits for those under way. */
  close(): Promise<void>;
  /** Cuts what is still under way. */
  abort(): void;
}

const passBytes = (bytes: Buffer): Buffer => bytes;

/** The messages stay bytes here: our decoder reads them. */
const TRACE_SERVICE: ServiceDefinition = {
  Export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: passBytes,
    requestDeserialize: passBytes,
    responseSerialize: passBytes,
    responseDeserialize: passBytes,
  },
};

/**
 * OTLP over gRPC: `TraceService/Export`, plain or gzip, answered when everything is durable. Refusals that may be
 * retried are UNAVAILABLE with a `RetryInfo` detail. Source: OTLP 1.11.0, section OTLP/gRPC.
 *
 * @throws CodedError `address_in_use` or `address_not_available`
 */
export async function startOtlpGrpcReceiver(options: OtlpGrpcReceiverOptions): Promise<GrpcListener> {
  const { intake, address, onDefect } = options;
  const server = new Server({
    'grpc.max_receive_message_length': intake.limits.maxBodyBytes,
    'grpc.max_concurrent_streams': 1_024,
  });

  const exportTraces: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
    const take = async (): Promise<Buffer> => {
      intake.checkCapacity();
      const acceptance = await intake.take({
        receiver: 'otlp_grpc',
        tenant: parseTenant(call.metadata.get('x-scope-orgid').map(String).join(',')),
        body: call.request,
        decode: (body) => ({ columns: decodeOtlpColumns(body) }),
      });
      return Buffer.from(
        encodeExportResponse(
          { rejectedSpans: acceptance.rejectedCount, errorMessage: acceptance.rejectedMessage },
          'protobuf',
        ),
      );
    };
    take().then(
      (response) => callback(null, response),
      (error: unknown) => {
        intake.countRefusal('otlp_grpc', error);
        if (!(error instanceof CodedError)) onDefect?.(error);
        callback(grpcError(error));
      },
    );
  };

  server.addService(TRACE_SERVICE, { Export: exportTraces });
  const port = await bind(server, address);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.tryShutdown(() => resolve());
    });
  return { port, close, abort: () => server.forceShutdown(), [Symbol.asyncDispose]: close };
}

function grpcError(error: unknown): Partial<ServiceError> {
  const refusal = refusalOf(error);
  const details = `${refusal.code}: ${refusal.message}`;
  const metadata = new Metadata();
  if (refusal.retryAfterMs !== undefined) {
    metadata.set(
      'grpc-status-details-bin',
      Buffer.from(
        encodeRpcStatus({ code: refusal.grpcCode, message: details, retryDelayMs: refusal.retryAfterMs }, 'protobuf'),
      ),
    );
  }
  return { code: refusal.grpcCode, details, metadata };
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else if (error.message.includes('EADDRINUSE')) {
        reject(new CodedError('address_in_use', `${address} is in use by another program`, { cause: error }));
      } else {
        reject(
          new CodedError('address_not_available', `Cannot listen on ${address}: ${error.message}`, { cause: error }),
        );
      }
    });
  });
}
