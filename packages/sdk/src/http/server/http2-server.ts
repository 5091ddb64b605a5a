import { type Context, defaultTextMapGetter } from '@opentelemetry/api';
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';

import { bindEvents, type EmitterBinding, isBound } from '../bound-emitter.ts';
import type { HeaderValue, IncomingRequest, SentResponse } from '../http-exchange.ts';
import { resetError } from '../http2-reset.ts';
import type { HttpSettings } from '../http-settings.ts';
import { type ServerSpan, startServerSpan } from '../server-span.ts';

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants;

class Http2IncomingRequest implements IncomingRequest {
  readonly direction = 'incoming';
  readonly protocolVersion = '2';
  readonly raw: ServerHttp2Stream;
  private readonly headers: IncomingHttpHeaders;

  constructor(raw: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.raw = raw;
    this.headers = headers;
  }

  get method(): string {
    return this.headers[':method'] ?? 'GET';
  }

  get scheme(): 'http' | 'https' {
    const { ':scheme': scheme } = this.headers;
    return scheme === 'http' || scheme === 'https' ? scheme : this.raw.session?.encrypted === true ? 'https' : 'http';
  }

  get target(): string {
    return this.headers[':path'] ?? '';
  }

  get authority(): string | undefined {
    return this.headers[':authority'] ?? this.headers.host;
  }

  get peerAddress(): string | undefined {
    return this.raw.session?.socket.remoteAddress;
  }

  get peerPort(): number | undefined {
    return this.raw.session?.socket.remotePort;
  }

  header(name: string): HeaderValue {
    return this.headers[name];
  }
}

class Http2SentResponse implements SentResponse {
  readonly direction = 'incoming';
  readonly raw: ServerHttp2Stream;

  constructor(raw: ServerHttp2Stream) {
    this.raw = raw;
  }

  get statusCode(): number | undefined {
    return statusOf(this.raw);
  }

  header(name: string): HeaderValue {
    return this.raw.sentHeaders?.[name];
  }
}

/** Starts the span of a stream that a client opened; undefined for one that has been seen before. */
export function serveHttp2(
  settings: HttpSettings,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): ServerSpan | undefined {
  if (isBound(stream)) return undefined;
  const server = startServerSpan(settings, new Http2IncomingRequest(stream, headers), headers, defaultTextMapGetter);
  bindEvents(stream, new StreamBinding(server, stream));
  return server;
}

/** Ends the span when the stream closes, after the application's own listeners. */
class StreamBinding implements EmitterBinding {
  readonly context: Context;
  private readonly server: ServerSpan;
  private readonly stream: ServerHttp2Stream;

  constructor(server: ServerSpan, stream: ServerHttp2Stream) {
    this.context = server.context;
    this.server = server;
    this.stream = stream;
  }

  after(event: string | symbol): void {
    if (event !== 'close') return;
    const { server, stream } = this;
    const sent = server.readsResponse ? new Http2SentResponse(stream) : undefined;
    // A client may cancel what it has got to the end.
    const isDone = !stream.aborted && (stream.rstCode === NGHTTP2_NO_ERROR || stream.rstCode === NGHTTP2_CANCEL);
    if (isDone && stream.writableFinished) server.end(statusOf(stream), sent);
    else server.abort(statusOf(stream), stream.errored ?? resetError(stream.rstCode), sent);
  }
}

function statusOf(stream: ServerHttp2Stream): number | undefined {
  const status = stream.sentHeaders?.[':status'];
  return status === undefined ? undefined : Number(status);
}
