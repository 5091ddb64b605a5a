import { context as contextApi, diag } from '@opentelemetry/api';
import type { EventEmitter } from 'node:events';
import http, { IncomingMessage, ServerResponse } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { Duplex } from 'node:stream';

import { isGrpc } from '../grpc-content.ts';
import type { HttpSettings } from '../http-settings.ts';
import { isWrapped, type PatchSet, tellWrapped } from '../patched-functions.ts';
import type { ServerSpan } from '../server-span.ts';
import { serveHttp1 } from './http1-server.ts';
import { serveHttp2 } from './http2-server.ts';
import { serveUpgrade } from './upgrade.ts';

type Emit = (event: string | symbol, ...args: unknown[]) => boolean;
interface Emitting {
  emit: Emit;
}

export interface ServerPatchOptions {
  readonly http2: boolean;
  readonly grpc: boolean;
}

/** The other events that hand a request to the application, with a response or with the socket. */
const OTHER_REQUEST_EVENTS: ReadonlySet<string | symbol> = new Set([
  'checkContinue',
  'checkExpectation',
  'upgrade',
  'connect',
]);

/** Makes every server of this process, also those that exist (unless of HTTP/2 over TLS), start a span for each request. */
export function patchServers(patches: PatchSet, settings: HttpSettings, options: ServerPatchOptions): void {
  patchHttp1(patches, settings, emitting(http.Server.prototype), 'http');
  patchHttp1(patches, settings, emitting(https.Server.prototype), 'https');
  if (!options.http2) return;
  // The classes are not exported. A server that is never started costs nothing, but one with TLS reads all root
  // certificates, so that class waits for the application's first.
  patchHttp2(patches, settings, prototypeOf(http2.createServer()), options.grpc);
  let isSecurePatched = false;
  patches.replace(http2 as unknown as SecureServerModule, 'createSecureServer', (original) => (...args) => {
    const server = original(...args);
    if (!isSecurePatched && patches.active) patchHttp2(patches, settings, prototypeOf(server), options.grpc);
    isSecurePatched = true;
    return server;
  });
}

/** The overloads come down to this. */
interface SecureServerModule {
  createSecureServer: (...args: unknown[]) => EventEmitter;
}

function prototypeOf(server: EventEmitter): Emitting {
  // Of an emitter, and so one.
  return Object.getPrototypeOf(server) as Emitting;
}

function patchHttp1(patches: PatchSet, settings: HttpSettings, prototype: Emitting, scheme: 'http' | 'https'): void {
  if (isWrapped(prototype.emit)) {
    tellWrapped(`the server of node:${scheme}`);
    return;
  }
  patches.replace(prototype, 'emit', (original) => {
    const patched: Emit = function emit(this: unknown, event, ...args) {
      const isRequest = event === 'request' || OTHER_REQUEST_EVENTS.has(event);
      if (!isRequest || !patches.active) return original.call(this, event, ...args);
      if (prototype.emit !== patched && isWrapped(prototype.emit)) {
        tellWrapped(`the server of node:${scheme}`);
        return original.call(this, event, ...args);
      }
      const server = http1Span(settings, args, scheme);
      return server === undefined
        ? original.call(this, event, ...args)
        : emitInSpan(server, original, this, event, args);
    };
    return patched;
  });
}

function patchHttp2(patches: PatchSet, settings: HttpSettings, prototype: Emitting, grpc: boolean): void {
  patches.replace(prototype, 'emit', (original) => {
    const patched: Emit = function emit(this: unknown, event, ...args) {
      const isStream = event === 'stream';
      if (!patches.active || !(isStream || event === 'request' || OTHER_REQUEST_EVENTS.has(event))) {
        return original.call(this, event, ...args);
      }
      // A secure server with `allowHTTP1` also gets requests of HTTP/1; those of HTTP/2 are no IncomingMessage.
      const server = isStream ? http2Span(settings, args, grpc) : http1Span(settings, args, 'https');
      return server === undefined
        ? original.call(this, event, ...args)
        : emitInSpan(server, original, this, event, args);
    };
    return patched;
  });
}

/** An emitter by its one untyped signature. */
function emitting(emitter: EventEmitter): Emitting {
  return emitter;
}

function http1Span(
  settings: HttpSettings,
  [request, second]: readonly unknown[],
  scheme: 'http' | 'https',
): ServerSpan | undefined {
  if (!(request instanceof IncomingMessage)) return undefined;
  try {
    if (second instanceof ServerResponse) return serveHttp1(settings, request, second, scheme);
    return second instanceof Duplex ? serveUpgrade(settings, request, second, scheme) : undefined;
  } catch (error) {
    tellFailed(error);
    return undefined;
  }
}

function http2Span(
  settings: HttpSettings,
  [stream, headers]: readonly unknown[],
  grpc: boolean,
): ServerSpan | undefined {
  // What node:http2 emits as `stream`.
  const request = headers as http2.IncomingHttpHeaders;
  if (!grpc && isGrpc(request)) return undefined;
  try {
    return serveHttp2(settings, stream as http2.ServerHttp2Stream, request);
  } catch (error) {
    tellFailed(error);
    return undefined;
  }
}

/** Tracing must not keep a request from its handler. */
function tellFailed(error: unknown): void {
  diag.error('HTTP tracing: no span could be started for a request', error);
}

function emitInSpan(
  server: ServerSpan,
  original: Emit,
  emitter: unknown,
  event: string | symbol,
  args: unknown[],
): boolean {
  try {
    return contextApi.with(server.context, original, emitter, event, ...args);
  } catch (error) {
    // The process is about to end, unless the application catches it.
    server.abort(undefined, error);
    throw error;
  }
}
