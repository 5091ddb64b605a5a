import http2 from 'node:http2';
import type { TlsMaterial } from './tls-files.ts';

/** One HTTP/2 connection to an origin, opened when it is needed and again after it was lost. */
export interface GrpcConnection {
  /** May throw. While a stream is open the connection keeps the process alive, unless `letExit` was called, else it does not. */
  open(headers: http2.OutgoingHttpHeaders): http2.ClientHttp2Stream;
  /**
   * Cancels a stream that nobody waits for any more. If nothing has come since it was opened, the connection is taken for
   * dead: others on it may still end, new ones get another connection.
   */
  giveUp(stream: http2.ClientHttp2Stream): void;
  /** What the connection itself failed with, for a stream that was only told that it is cancelled. */
  readonly lastError: Error | undefined;
  /** Called before the first stream. */
  letExit(): void;
  close(): void;
}

export function grpcConnection(origin: string, tls: TlsMaterial): GrpcConnection {
  let session: http2.ClientHttp2Session | undefined;
  let lastError: Error | undefined;
  let holdsProcess = true;

  function connect(): http2.ClientHttp2Session {
    const opened = http2.connect(origin, tls);
    lastError = undefined;
    const forget = (): void => {
      if (session === opened) session = undefined;
    };
    opened.on('error', (error) => {
      lastError = error;
      forget();
    });
    // Streams that are open may end; new ones need a new connection.
    opened.on('goaway', () => {
      forget();
      opened.close();
    });
    opened.on('close', forget);
    if (!holdsProcess) {
      opened.unref();
      // Another address of the name is another handle, which knows nothing of that.
      opened.once('connect', () => opened.unref());
    }
    return opened;
  }

  return {
    open: (headers) => {
      if (session === undefined || session.closed || session.destroyed) session = connect();
      const current = session;
      const stream = current.request(headers);
      openStreams.set(current, (openStreams.get(current) ?? 0) + 1);
      bytesBefore.set(stream, current.socket.bytesRead);
      if (holdsProcess) current.ref();
      stream.once('close', () => {
        const left = (openStreams.get(current) ?? 1) - 1;
        openStreams.set(current, left);
        if (left > 0 || current.destroyed) return;
        // One that is taken for dead does not take its leave either.
        if (current === session) current.unref();
        else current.destroy();
      });
      return stream;
    },
    giveUp: (stream) => {
      const current = stream.session;
      if (current === session && current?.destroyed === false) {
        if (current.socket.bytesRead === bytesBefore.get(stream)) session = undefined;
      }
      // Closing waits for a connection, which may never come.
      if (stream.pending) stream.destroy();
      else stream.close(http2.constants.NGHTTP2_CANCEL);
    },
    get lastError() {
      return lastError;
    },
    letExit: () => {
      holdsProcess = false;
    },
    close: () => {
      session?.close();
      session = undefined;
    },
  };
}

const openStreams = new WeakMap<http2.ClientHttp2Session, number>();
/** What had been received when the stream was opened. */
const bytesBefore = new WeakMap<http2.ClientHttp2Stream, number>();
