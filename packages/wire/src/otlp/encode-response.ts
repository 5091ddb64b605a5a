import { closeField, openField, start, take, writeTextField, writeVarint, writeVarint64 } from './protobuf-writer.ts';

/** The two encodings of OTLP over HTTP; the answer has that of the request. gRPC is protobuf. */
export type OtlpEncoding = 'protobuf' | 'json';

export interface ExportOutcome {
  readonly rejectedSpans: number;
  /** Why spans were rejected, or with none rejected a warning; `''` for neither. */
  readonly errorMessage: string;
}

/**
 * An OTLP `ExportTraceServiceResponse`. `partial_success` is there only if spans were rejected or there is a message.
 * Source: opentelemetry-proto 1.11, `collector/trace/v1/trace_service.proto`.
 */
export function encodeExportResponse(outcome: ExportOutcome, encoding: OtlpEncoding): Uint8Array<ArrayBuffer> {
  const { rejectedSpans, errorMessage } = outcome;
  const isPartial = rejectedSpans > 0 || errorMessage !== '';
  if (encoding === 'json') {
    const rejected = rejectedSpans > 0 ? { rejectedSpans: String(rejectedSpans) } : {};
    const message = errorMessage === '' ? {} : { errorMessage };
    return encodeJson(isPartial ? { partialSuccess: { ...rejected, ...message } } : {});
  }
  start();
  if (isPartial) {
    const content = openField(10);
    writeInteger(8, rejectedSpans);
    if (errorMessage !== '') writeTextField(18, errorMessage);
    closeField(content);
  }
  return take();
}

export interface RpcStatus {
  /** A gRPC status code: 3 INVALID_ARGUMENT, 8 RESOURCE_EXHAUSTED, 14 UNAVAILABLE... */
  readonly code: number;
  readonly message: string;
  /** Adds a `google.rpc.RetryInfo` detail. */
  readonly retryDelayMs?: number;
}

const RETRY_INFO_TYPE = 'type.googleapis.com/google.rpc.RetryInfo';

/**
 * A `google.rpc.Status`: the body of an OTLP/HTTP error, and what the `grpc-status-details-bin` trailer carries.
 * Source: googleapis `google/rpc/status.proto`, `error_details.proto`; ProtoJSON format (`Any`, `Duration`).
 */
export function encodeRpcStatus(status: RpcStatus, encoding: OtlpEncoding): Uint8Array<ArrayBuffer> {
  const { code, message, retryDelayMs } = status;
  if (encoding === 'json') {
    const retryInfo =
      retryDelayMs === undefined
        ? {}
        : { details: [{ '@type': RETRY_INFO_TYPE, retryDelay: `${seconds(retryDelayMs)}s` }] };
    return encodeJson({ code, ...(message === '' ? {} : { message }), ...retryInfo });
  }
  start();
  writeInteger(8, code);
  if (message !== '') writeTextField(18, message);
  if (retryDelayMs !== undefined) {
    const delayMs = Math.max(0, Math.round(retryDelayMs));
    const any = openField(26);
    writeTextField(10, RETRY_INFO_TYPE);
    const retryInfo = openField(18);
    const duration = openField(10);
    writeInteger(8, Math.floor(delayMs / 1000));
    writeInteger(16, (delayMs % 1000) * 1_000_000);
    closeField(duration);
    closeField(retryInfo);
    closeField(any);
  }
  return take();
}

/** ProtoJSON has 0, 3, 6 or 9 digits behind the point. */
function seconds(delayMs: number): string {
  const rounded = Math.max(0, Math.round(delayMs));
  return rounded % 1000 === 0 ? String(rounded / 1000) : (rounded / 1000).toFixed(3);
}

function writeInteger(tag: number, value: number): void {
  if (value === 0) return;
  writeVarint(tag);
  writeVarint64(BigInt(value));
}

const encoder = new TextEncoder();

function encodeJson(value: object): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(value));
}
