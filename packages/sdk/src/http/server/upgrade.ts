import { defaultTextMapGetter } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { bindEvents, isBound } from '../bound-emitter.ts';
import type { HttpSettings } from '../http-settings.ts';
import { type ServerSpan, startServerSpan } from '../server-span.ts';
import { Http1IncomingRequest } from './http1-exchange.ts';

const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;
const STATUS_LINE_LENGTH = 12;

/**
 * The span of an `Upgrade` or `CONNECT` request: it ends with the status line that the application writes to the socket
 * (101 or 200 when it goes on), since what follows is no HTTP. Undefined for a request that has been seen before.
 */
export function serveUpgrade(
  settings: HttpSettings,
  request: IncomingMessage,
  socket: Duplex,
  scheme: 'http' | 'https',
): ServerSpan | undefined {
  if (isBound(request)) return undefined;
  const incoming = new Http1IncomingRequest(request, scheme);
  const server = startServerSpan(settings, incoming, request.headers, defaultTextMapGetter);
  bindEvents(request, server);
  if (server.isRecording) endWithStatusLine(server, socket);
  return server;
}

/** A socket by its one untyped signature of each. */
interface Writing {
  write: (...args: unknown[]) => unknown;
  end: (...args: unknown[]) => unknown;
}

function endWithStatusLine(server: ServerSpan, socket: Duplex): void {
  // The overloads come down to this.
  const writing = socket as unknown as Writing;
  const original = { write: writing.write, end: writing.end };
  const restore = (): void => {
    socket.removeListener('close', onClose);
    if (writing.write === watched.write) writing.write = original.write;
    if (writing.end === watched.end) writing.end = original.end;
  };
  const onClose = (): void => {
    restore();
    server.abort(undefined, socket.errored);
  };
  // An application may write the line in pieces.
  let line = '';
  const watch = (name: 'write' | 'end') =>
    function watchedCall(this: unknown, ...args: unknown[]): unknown {
      line += startOf(args[0]);
      if (name === 'end' || line.length >= STATUS_LINE_LENGTH) {
        restore();
        server.end(statusOf(line));
      }
      return Reflect.apply(original[name], this, args);
    };
  const watched = { write: watch('write'), end: watch('end') };
  writing.write = watched.write;
  writing.end = watched.end;
  socket.once('close', onClose);
}

function startOf(chunk: unknown): string {
  if (typeof chunk === 'string') return chunk.slice(0, STATUS_LINE_LENGTH);
  return chunk instanceof Uint8Array ? String.fromCharCode(...chunk.subarray(0, STATUS_LINE_LENGTH)) : '';
}

function statusOf(line: string): number | undefined {
  const status = STATUS_LINE.exec(line)?.[1];
  return status === undefined ? undefined : Number(status);
}
