import { decodeText } from './decode-text.ts';
import type { ExportOutcome, RpcStatus } from './encode-response.ts';
import { checkEnd, high, low, position, readRange, readVarint, readVarint64, skipField } from './protobuf-reader.ts';

/**
 * What an OTLP `ExportTraceServiceResponse` in protobuf says about the spans that were sent; an empty one accepts all.
 *
 * @throws DecodeError `malformed_payload`
 */
export function decodeExportResponse(bytes: Uint8Array): ExportOutcome {
  let outcome: ExportOutcome = { rejectedSpans: 0, errorMessage: '' };
  let offset = 0;
  while (offset < bytes.length) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10) {
      const end = readRange(bytes, offset, bytes.length);
      outcome = decodePartialSuccess(bytes, position, end);
      offset = end;
    } else {
      offset = skipField(bytes, tag, offset, bytes.length, 1);
    }
  }
  checkEnd(offset, bytes.length);
  return outcome;
}

function decodePartialSuccess(bytes: Uint8Array, start: number, end: number): ExportOutcome {
  let rejectedSpans = 0;
  let errorMessage = '';
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 8) {
      offset = readVarint64(bytes, offset);
      // An int64; nobody rejects more than 2^53 spans of one request, or less than none.
      rejectedSpans = high < 0 ? 0 : high * 2 ** 32 + (low >>> 0);
    } else if (tag === 18) {
      const to = readRange(bytes, offset, end);
      errorMessage = decodeText(bytes, position, to);
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 2);
    }
  }
  checkEnd(offset, end);
  return { rejectedSpans, errorMessage };
}

/**
 * The `google.rpc.Status` in protobuf that an OTLP/HTTP receiver answers an error with, and that gRPC's trailer
 * `grpc-status-details-bin` carries. Of its details only a `RetryInfo` is read.
 *
 * @throws DecodeError `malformed_payload`
 */
export function decodeRpcStatus(bytes: Uint8Array): RpcStatus {
  let code = 0;
  let message = '';
  let retryDelayMs: number | undefined;
  let offset = 0;
  while (offset < bytes.length) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 8) {
      offset = readVarint64(bytes, offset);
      code = low;
    } else if (tag === 18) {
      const to = readRange(bytes, offset, bytes.length);
      message = decodeText(bytes, position, to);
      offset = to;
    } else if (tag === 26) {
      const to = readRange(bytes, offset, bytes.length);
      retryDelayMs = decodeRetryInfo(bytes, position, to) ?? retryDelayMs;
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, bytes.length, 3);
    }
  }
  checkEnd(offset, bytes.length);
  return { code, message, ...(retryDelayMs === undefined ? {} : { retryDelayMs }) };
}

/** The delay of a `google.protobuf.Any` that holds a `google.rpc.RetryInfo`; undefined for any other. */
function decodeRetryInfo(bytes: Uint8Array, start: number, end: number): number | undefined {
  let type = '';
  let valueStart = 0;
  let valueEnd = 0;
  let offset = start;
  while (offset < end) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10 || tag === 18) {
      const to = readRange(bytes, offset, end);
      if (tag === 10) type = decodeText(bytes, position, to);
      else [valueStart, valueEnd] = [position, to];
      offset = to;
    } else {
      offset = skipField(bytes, tag, offset, end, 2);
    }
  }
  checkEnd(offset, end);
  return type.endsWith('/google.rpc.RetryInfo') ? decodeRetryDelay(bytes, valueStart, valueEnd) : undefined;
}

/** `RetryInfo.retry_delay`, a `google.protobuf.Duration`, in milliseconds; none is 0, a negative one too. */
function decodeRetryDelay(bytes: Uint8Array, start: number, end: number): number {
  let seconds = 0;
  let nanos = 0;
  let offset = start;
  let limit = end;
  while (offset < limit) {
    const tag = readVarint(bytes, offset);
    offset = position;
    if (tag === 10 && limit === end) {
      // The duration is the only field: its content is read by the same loop.
      limit = readRange(bytes, offset, end);
      offset = position;
    } else if (tag === 8 || tag === 16) {
      offset = readVarint64(bytes, offset);
      const value = high * 2 ** 32 + (low >>> 0);
      if (tag === 8) seconds = value;
      else nanos = value;
    } else {
      offset = skipField(bytes, tag, offset, limit, 2);
    }
  }
  checkEnd(offset, limit);
  return Math.max(0, seconds * 1000 + nanos / 1_000_000);
}
