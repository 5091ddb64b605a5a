import { once } from 'node:events';
import http2 from 'node:http2';
import zlib from 'node:zlib';
import { originOf } from './http-receiver.ts';

export interface ReceivedCall {
  readonly headers: http2.IncomingHttpHeaders;
  /** Of the message, inflated. */
  readonly body: Buffer;
}

export type GrpcReply = (stream: http2.ServerHttp2Stream, call: ReceivedCall) => void;

export interface GrpcReceiver extends AsyncDisposable {
  readonly origin: string;
  readonly calls: readonly ReceivedCall[];
  /** Those that were answered with status 0. */
  readonly accepted: readonly ReceivedCall[];
  readonly sessionCount: number;
}

/** A message in its frame. */
export function framed(message: Uint8Array, isCompressed = false): Buffer {
  const header = Buffer.alloc(5);
  header[0] = isCompressed ? 1 : 0;
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Status 0 with a message. */
export function ok(
  message: Uint8Array,
  headers: http2.OutgoingHttpHeaders = {},
  frame: Buffer = framed(message),
): GrpcReply {
  return (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frame);
  };
}

/** An answer that is only trailers. */
export function failure(code: number, trailers: http2.OutgoingHttpHeaders = {}): GrpcReply {
  return (stream) => {
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(code), ...trailers },
      { endStream: true },
    );
  };
}

/** Answers the first calls with these replies, and all after them with success. */
export async function startGrpcReceiver(...replies: readonly GrpcReply[]): Promise<GrpcReceiver> {
  const calls: ReceivedCall[] = [];
  const accepted: ReceivedCall[] = [];
  const left = [...replies];
  const sessions = new Set<http2.ServerHttp2Session>();
  let sessionCount = 0;
  const server = http2.createServer();
  server.on('session', (session) => {
    sessionCount++;
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const frame = Buffer.concat(chunks);
      const message = frame.subarray(5);
      const call = { headers, body: frame[0] === 1 ? zlib.gunzipSync(message) : message };
      calls.push(call);
      const reply = left.shift() ?? ok(new Uint8Array(0));
      stream.on('wantTrailers', () => accepted.push(call));
      reply(stream, call);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: originOf(server.address()),
    calls,
    accepted,
    get sessionCount() {
      return sessionCount;
    },
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
