import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { codeOf } from './connection-failure.ts';
import { messageOf } from './delivering-exporter.ts';
import type { GrpcConnection } from './grpc-connection.ts';

/*
 * A unary call of gRPC over HTTP/2: one message there, one back, the status in the trailers.
 * Source: grpc `doc/PROTOCOL-HTTP2.md`.
 */

/** Status codes of gRPC that matter here. */
export const GrpcStatus = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  DEADLINE_EXCEEDED: 4,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export interface GrpcAnswer {
  readonly status: number;
  readonly message: string;
  /** `grpc-status-details-bin`, decoded from base64. */
  readonly details: Uint8Array | undefined;
  /** Of the answer's message; undefined if there was none, or none that could be read. */
  readonly body: Uint8Array | undefined;
}

const FRAME_HEADER_BYTES = 5;
const gunzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip);

/** A message with the prefix that gRPC wants: whether it is compressed, and its length. */
export function grpcFrame(message: Uint8Array, isCompressed: boolean): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + message.length);
  frame[0] = isCompressed ? 1 : 0;
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, FRAME_HEADER_BYTES);
  return frame;
}

/**
 * Calls a method with a framed message.
 *
 * @throws Error of `node:http2` for a connection that fails, or if the signal is aborted
 */
export async function grpcCall(
  connection: GrpcConnection,
  headers: OutgoingHttpHeaders,
  frame: Uint8Array,
  maxResponseBytes: number,
  signal: AbortSignal,
): Promise<GrpcAnswer> {
  if (signal.aborted) throw new Error('aborted');
  const stream = connection.open(headers);
  let initial: IncomingHttpHeaders = {};
  let trailing: IncomingHttpHeaders = {};
  const chunks: Buffer[] = [];
  let length = 0;
  const abort = (): void => {
    connection.giveUp(stream);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      stream.on('response', (received) => (initial = received));
      stream.on('trailers', (received) => (trailing = received));
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxResponseBytes + FRAME_HEADER_BYTES) stream.close(CANCEL);
        else chunks.push(chunk);
      });
      stream.on('error', reject);
      // After an error it settles nothing any more.
      stream.on('close', resolve);
      stream.end(frame);
    });
  } catch (error) {
    // A stream that has its status is answered, however the connection ends then.
    if (statusOf(initial, trailing) === undefined) {
      if (connection.lastError !== undefined) throw connection.lastError;
      if (!isStreamReset(error)) throw error;
      return withoutBody(RESET_STATUS.get(stream.rstCode) ?? GrpcStatus.UNAVAILABLE, messageOf(error));
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
  if (length > maxResponseBytes + FRAME_HEADER_BYTES) {
    return withoutBody(GrpcStatus.INTERNAL, `the answer is longer than ${maxResponseBytes} bytes`);
  }
  const status = statusOf(initial, trailing);
  if (status === undefined) return withoutStatus(initial, connection.lastError);
  const { message, details } = status;
  const body = await messageOfFrame(Buffer.concat(chunks), initial['grpc-encoding'], maxResponseBytes);
  return { status: status.code, message, details, body };
}

const CANCEL = 8;

/**
 * What a reset of the stream stands for, by the code of HTTP/2. Others, such as that of a stream that was closed
 * already, say no more than that the stream is lost. Source: grpc `doc/PROTOCOL-HTTP2.md`, errors.
 */
const RESET_STATUS: ReadonlyMap<number | undefined, number> = new Map([
  [0, GrpcStatus.INTERNAL],
  [1, GrpcStatus.INTERNAL],
  [2, GrpcStatus.INTERNAL],
  [3, GrpcStatus.INTERNAL],
  [4, GrpcStatus.INTERNAL],
  [6, GrpcStatus.INTERNAL],
  [7, GrpcStatus.UNAVAILABLE],
  [CANCEL, GrpcStatus.CANCELLED],
  [9, GrpcStatus.INTERNAL],
  [10, GrpcStatus.INTERNAL],
  [11, GrpcStatus.RESOURCE_EXHAUSTED],
  [12, GrpcStatus.PERMISSION_DENIED],
]);

function isStreamReset(error: unknown): boolean {
  return codeOf(error) === 'ERR_HTTP2_STREAM_ERROR';
}

/** From the trailers, or from the headers of an answer that has nothing else. */
function statusOf(
  initial: IncomingHttpHeaders,
  trailing: IncomingHttpHeaders,
): { readonly code: number; readonly message: string; readonly details: Uint8Array | undefined } | undefined {
  const source = trailing['grpc-status'] === undefined ? initial : trailing;
  const code = textOf(source['grpc-status']);
  if (code === undefined) return undefined;
  const details = textOf(source['grpc-status-details-bin']);
  return {
    code: /^\d{1,9}$/.test(code) ? Number(code) : GrpcStatus.UNKNOWN,
    message: percentDecoded(textOf(source['grpc-message']) ?? ''),
    details: details === undefined ? undefined : Buffer.from(details, 'base64'),
  };
}

/** What an HTTP status without a gRPC one stands for. Source: grpc `doc/http-grpc-status-mapping.md`. */
function withoutStatus(initial: IncomingHttpHeaders, connectionError: Error | undefined): GrpcAnswer {
  const httpStatus = initial[':status'];
  if (httpStatus === undefined) {
    if (connectionError !== undefined) throw connectionError;
    return withoutBody(GrpcStatus.UNAVAILABLE, 'the stream ended without an answer');
  }
  const codes: Readonly<Record<string, number>> = {
    400: GrpcStatus.INTERNAL,
    401: GrpcStatus.UNAUTHENTICATED,
    403: GrpcStatus.PERMISSION_DENIED,
    404: GrpcStatus.UNIMPLEMENTED,
    429: GrpcStatus.UNAVAILABLE,
    502: GrpcStatus.UNAVAILABLE,
    503: GrpcStatus.UNAVAILABLE,
    504: GrpcStatus.UNAVAILABLE,
  };
  return withoutBody(
    codes[String(httpStatus)] ?? GrpcStatus.UNKNOWN,
    `HTTP ${String(httpStatus)} without a gRPC status`,
  );
}

function withoutBody(status: number, message: string): GrpcAnswer {
  return { status, message, details: undefined, body: undefined };
}

async function messageOfFrame(bytes: Buffer, encoding: unknown, maxBytes: number): Promise<Uint8Array | undefined> {
  if (bytes.length < FRAME_HEADER_BYTES || bytes.readUInt32BE(1) !== bytes.length - FRAME_HEADER_BYTES)
    return undefined;
  const message = bytes.subarray(FRAME_HEADER_BYTES);
  if (bytes[0] === 0) return message;
  if (encoding !== 'gzip') return undefined;
  try {
    return await gunzip(message, { maxOutputLength: maxBytes });
  } catch {
    return undefined;
  }
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
