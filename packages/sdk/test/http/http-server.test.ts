import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { describe, expect, test } from 'vitest';

import { useOfficialProvider } from '../helpers/official-provider.ts';
import { get, instrumented, listening, serve, spanOf, spansOf } from './http-fixture.ts';

const finished = useOfficialProvider();
const server = { outgoing: false } as const;
const TRACE_PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a server span', () => {
  test('describes the request and the response by the stable conventions', async () => {
    instrumented(server);
    const { port } = await serve((_request, response) => response.end('hello'));
    await get(port, '/orders/1?q=tea&sig=secret', { headers: { 'user-agent': 'test/1', traceparent: TRACE_PARENT } });
    const span = await spanOf(finished);
    expect(span.kind).toBe(SpanKind.SERVER);
    expect(span.name).toBe('GET');
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true });
    expect(span.instrumentationScope.name).toBe('@throughline/sdk/http');
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': '/orders/1',
      'url.query': 'q=tea&sig=REDACTED',
      'server.address': '127.0.0.1',
      'server.port': port,
      'client.address': '127.0.0.1',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': expect.any(Number),
      'network.protocol.version': '1.1',
      'user_agent.original': 'test/1',
      'http.response.status_code': 200,
    });
  });

  test('is active in the handler and in the listeners of request and response', async () => {
    instrumented(server);
    const seen: Record<string, string | undefined> = {};
    const note = (where: string): void => {
      seen[where] = trace.getActiveSpan()?.spanContext().spanId;
    };
    const { port } = await serve((request, response) => {
      note('handler');
      request.on('data', () => note('data'));
      request.once('end', () => {
        note('end');
        // The answer comes from where no context is.
        context.with(ROOT_CONTEXT, () => setImmediate(() => response.end('done')));
      });
      response.on('finish', () => note('finish'));
      response.on('close', () => note('close'));
    });
    const request = http.request({ port, host: '127.0.0.1', method: 'POST', agent: false });
    request.end('body');
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    const span = await spanOf(finished);
    const { spanId } = span.spanContext();
    expect(seen).toEqual({ handler: spanId, data: spanId, end: spanId, finish: spanId, close: spanId });
  });

  test('takes the route that a framework leaves in the RPC metadata', async () => {
    instrumented(server);
    const { port } = await serve((_request, response) => {
      const metadata = getRPCMetadata(context.active());
      expect(metadata?.type).toBe('http');
      expect(metadata?.span).toBe(trace.getActiveSpan());
      if (metadata !== undefined) metadata.route = '/orders/:id';
      response.end();
    });
    await get(port, '/orders/1');
    const span = await spanOf(finished);
    expect(span.name).toBe('GET /orders/:id');
    expect(span.attributes['http.route']).toBe('/orders/:id');
  });

  test.each([
    [204, {}, SpanStatusCode.UNSET, undefined],
    [404, {}, SpanStatusCode.UNSET, undefined],
    [404, { serverErrorFrom: 400 }, SpanStatusCode.ERROR, '404'],
    [399, { serverErrorFrom: 400 }, SpanStatusCode.UNSET, undefined],
    [499, {}, SpanStatusCode.UNSET, undefined],
    [500, {}, SpanStatusCode.ERROR, '500'],
    [503, {}, SpanStatusCode.ERROR, '503'],
  ])('status %i with %o', async (statusCode, options, code, errorType) => {
    instrumented({ ...server, ...options });
    const { port } = await serve((_request, response) => response.writeHead(statusCode).end());
    await get(port, '/');
    const span = await spanOf(finished);
    expect(span.status).toEqual({ code });
    expect(span.attributes['error.type']).toBe(errorType);
    expect(span.attributes['http.response.status_code']).toBe(statusCode);
  });

  test('a client that goes away makes it an error', async () => {
    instrumented(server);
    const { port, server: running } = await serve((_request, response) => {
      response.write('part');
    });
    const request = http.get({ port, host: '127.0.0.1', agent: false });
    request.on('error', () => {});
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.on('error', () => {});
    response.destroy();
    const span = await spanOf(finished);
    expect(running.listening).toBe(true);
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes['error.type']).toBe('ECONNRESET');
    expect(span.attributes['http.response.status_code']).toBe(200);
  });

  test('a response that the application destroys is an error, with its reason', async () => {
    instrumented(server);
    const { port } = await serve((_request, response) => {
      response.destroy(Object.assign(new Error('no more'), { code: 'E_NO_MORE' }));
    });
    const request = http.get({ port, host: '127.0.0.1', agent: false });
    await once(request, 'error');
    const span = await spanOf(finished);
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no more' });
    expect(span.attributes['error.type']).toBe('E_NO_MORE');
    expect(span.attributes['http.response.status_code']).toBeUndefined();
  });

  test('a handler that throws ends it, and the exception goes on', async () => {
    instrumented(server);
    const failing = http.createServer(() => {
      throw new RangeError('too far');
    });
    const thrown: unknown[] = [];
    const port = await listening(failing);
    // What the server's own emit throws would end this process.
    const emit = failing.emit.bind(failing) as (...args: unknown[]) => boolean;
    failing.emit = (...args: unknown[]) => {
      try {
        return emit(...args);
      } catch (error) {
        thrown.push(error);
        failing.closeAllConnections();
        return true;
      }
    };
    const request = http.get({ port, host: '127.0.0.1', agent: false });
    await once(request, 'error');
    const span = await spanOf(finished);
    expect(thrown).toEqual([new RangeError('too far')]);
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too far' });
    expect(span.attributes['error.type']).toBe('RangeError');
  });

  test('ends when a streamed response does', async () => {
    instrumented(server);
    let finish = (): void => {};
    const { port } = await serve((_request, response) => {
      response.write('one ');
      finish = () => response.end('two');
    });
    const request = http.get({ port, host: '127.0.0.1', agent: false });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    await once(response, 'data');
    expect(finished()).toHaveLength(0);
    finish();
    response.resume();
    await once(response, 'end');
    expect((await spanOf(finished)).status.code).toBe(SpanStatusCode.UNSET);
  });

  test.each([
    ['GET', undefined],
    ['POST', 'body'],
  ])('a socket that is detached for writing by hand ends it when it closes (%s)', async (method, body) => {
    instrumented(server);
    const { port } = await serve((request, response) => {
      const { socket } = request;
      response.detachSocket(socket);
      socket.end('HTTP/1.1 200 By hand\r\nconnection: close\r\n\r\nhello');
    });
    const request = http.request({ port, host: '127.0.0.1', method, agent: false }).end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.resume();
    const span = await spanOf(finished);
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.attributes['http.response.status_code']).toBeUndefined();
  });

  test('informational responses do not count', async () => {
    instrumented(server);
    const { port } = await serve((_request, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeProcessing();
      response.writeHead(201).end();
    });
    await get(port, '/');
    expect((await spanOf(finished)).attributes['http.response.status_code']).toBe(201);
  });

  test('expecting 100-continue gives one span, with and without a listener', async () => {
    instrumented(server);
    const listener: http.RequestListener = (request, response) => {
      request.resume();
      request.on('end', () => response.end(trace.getActiveSpan()?.spanContext().spanId));
    };
    const plain = http.createServer(listener);
    const checking = http.createServer(listener);
    checking.on('checkContinue', (request, response) => {
      response.writeContinue();
      checking.emit('request', request, response);
    });
    const bodies: string[] = [];
    for (const each of [plain, checking]) {
      const port = await listening(each);
      const request = http.request({ port, host: '127.0.0.1', method: 'PUT', headers: { expect: '100-continue' } });
      request.on('continue', () => request.end('body'));
      request.flushHeaders();
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      for await (const chunk of response) bodies.push(String(chunk));
    }
    const spans = await spansOf(finished, 2);
    expect(spans.map((span) => span.spanContext().spanId)).toEqual(bodies);
  });

  test('keep-alive and pipelined requests get one each, with contexts of their own', async () => {
    instrumented(server);
    const waiting: (() => void)[] = [];
    const { port } = await serve((request, response) => {
      const answer = (): void => {
        trace.getActiveSpan()?.setAttribute('asked', request.url ?? '');
        response.end();
      };
      if (request.url === '/3') {
        answer();
        // Answered in the opposite order.
        for (const each of waiting.toReversed()) each();
      } else {
        const active = context.active();
        waiting.push(() => context.with(active, answer));
      }
    });
    const socket = net.connect(port, '127.0.0.1');
    const head = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`;
    socket.write(head('/1') + head('/2') + head('/3'));
    socket.resume();
    const spans = await spansOf(finished, 3);
    socket.destroy();
    for (const span of spans) expect(span.attributes['url.path']).toBe(span.attributes['asked']);
    expect(new Set(spans.map((span) => span.attributes['asked']))).toEqual(new Set(['/1', '/2', '/3']));
    expect(spans[0]?.attributes).toMatchObject({ 'server.address': 'shop', 'server.port': 80 });
  });

  test('a request that one server hands on to another gets one', async () => {
    instrumented(server);
    const inner = http.createServer((_request, response) => response.end());
    const { port } = await serve((request, response) => {
      inner.emit('request', request, response);
    });
    await get(port, '/');
    await get(port, '/');
    expect(await spansOf(finished, 2)).toHaveLength(2);
  });

  test('a new request in its place with the same response gets no other', async () => {
    instrumented(server);
    const inner = http.createServer((request, response) => response.end(request.url));
    const { port } = await serve((request, response) => {
      const rewritten = new http.IncomingMessage(request.socket);
      rewritten.url = '/rewritten';
      inner.emit('request', rewritten, response);
    });
    expect((await get(port, '/')).body).toBe('/rewritten');
    expect((await get(port, '/again')).body).toBe('/rewritten');
    const spans = await spansOf(finished, 2);
    expect(spans.map((span) => span.attributes['url.path'])).toEqual(['/', '/again']);
  });

  test('servers that exist already are seen, and no longer once it is disabled', async () => {
    const { port } = await serve((_request, response) => response.end(String(trace.getActiveSpan() !== undefined)));
    expect((await get(port, '/')).body).toBe('false');
    const instrumentation = instrumented(server);
    expect((await get(port, '/')).body).toBe('true');
    await spanOf(finished);
    instrumentation.disable();
    instrumentation.disable();
    expect((await get(port, '/')).body).toBe('false');
    expect(finished()).toHaveLength(1);
  });

  test('methods: unknown ones are _OTHER, known ones can be listed', async () => {
    const { port } = await serve((_request, response) => response.end());
    const first = instrumented(server);
    await get(port, '/', { method: 'PROPFIND' });
    expect(await spanOf(finished)).toMatchObject({
      name: 'HTTP',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND' },
    });
    first.disable();
    instrumented({ ...server, knownMethods: ['PROPFIND'] });
    await get(port, '/', { method: 'PROPFIND' });
    const [, span] = await spansOf(finished, 2);
    expect(span?.name).toBe('PROPFIND');
    expect(span?.attributes['http.request.method_original']).toBeUndefined();
  });

  test('request targets that are no path', async () => {
    instrumented(server);
    const { port } = await serve((_request, response) => response.end());
    await get(port, '*', { method: 'OPTIONS' });
    await get(port, 'http://shop.example/a/b?c=1');
    await get(port, 'http://shop.example');
    const spans = await spansOf(finished, 3);
    expect(spans.map(({ attributes }) => [attributes['url.path'], attributes['url.query']])).toEqual([
      ['*', undefined],
      ['/a/b', 'c=1'],
      ['/', undefined],
    ]);
  });
});
