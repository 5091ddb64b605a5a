import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { getEventListeners, once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';

import {
  createTracedClient,
  HttpResponseError,
  MAX_ERROR_BODY_CHARACTERS,
  type TracedClient,
  type TracedClientOptions,
} from '../../src/index.ts';
import { requestUrl } from '../../src/http/traced-client/request-url.ts';
import { useOfficialProvider } from '../helpers/official-provider.ts';
import { instrumented, serve, spanOf, spansOf } from './http-fixture.ts';

const finished = useOfficialProvider();

interface Mirrored {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers with the request as JSON. */
const mirror: RequestListener = (request, response) => {
  void text(request).then((body) => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
  });
};

async function clientOf(
  listener: RequestListener,
  options: TracedClientOptions = {},
): Promise<{ readonly client: TracedClient; readonly port: number }> {
  const { port } = await serve(listener);
  return { client: createTracedClient({ baseUrl: `http://127.0.0.1:${port}/api/`, ...options }), port };
}

test('a request has a client span, carries its context, and gives the parsed body', async () => {
  const { client, port } = await clientOf(mirror, { headers: { authorization: 'Bearer x', 'x-both': 'client' } });
  const got = await client.get<Mirrored>('/orders/1', {
    query: { q: 'tea', page: 2, none: undefined, tag: ['a', 'b'], sig: 'secret' },
    headers: { 'x-both': 'request' },
    template: '/orders/{id}',
  });
  const span = await spanOf(finished);
  const { traceId, spanId } = span.spanContext();
  expect(got).toMatchObject({
    method: 'GET',
    url: '/api/orders/1?q=tea&page=2&tag=a&tag=b&sig=secret',
    headers: {
      authorization: 'Bearer x',
      'x-both': 'request',
      accept: 'application/json',
      traceparent: `00-${traceId}-${spanId}-01`,
    },
  });
  expect(span.kind).toBe(SpanKind.CLIENT);
  expect(span.name).toBe('GET /orders/{id}');
  expect(span.status.code).toBe(SpanStatusCode.UNSET);
  expect(span.attributes).toEqual({
    'http.request.method': 'GET',
    'url.full': `http://127.0.0.1:${port}/api/orders/1?q=tea&page=2&tag=a&tag=b&sig=REDACTED`,
    'url.scheme': 'http',
    'url.path': '/api/orders/1',
    'url.query': 'q=tea&page=2&tag=a&tag=b&sig=REDACTED',
    'url.template': '/orders/{id}',
    'server.address': '127.0.0.1',
    'server.port': port,
    'http.response.status_code': 200,
  });
});

test('bodies: JSON, and what is sent as it is', async () => {
  const { client } = await clientOf(mirror);
  const bodies = [
    await client.post<Mirrored>('/orders', { id: 1 }),
    await client.put<Mirrored>('/orders', 'plain'),
    await client.patch<Mirrored>('/orders', new URLSearchParams({ a: '1' })),
    await client.post<Mirrored>('/orders', null),
    await client.post<Mirrored>('/orders', new Response('streamed').body),
    await client.delete<Mirrored>('/orders/1'),
  ];
  expect(bodies.map(({ method, body, headers }) => [method, body, headers['content-type']])).toEqual([
    ['POST', '{"id":1}', 'application/json'],
    ['PUT', 'plain', 'text/plain;charset=UTF-8'],
    ['PATCH', 'a=1', 'application/x-www-form-urlencoded;charset=UTF-8'],
    ['POST', 'null', 'application/json'],
    ['POST', 'streamed', undefined],
    ['DELETE', '', undefined],
  ]);
  await spansOf(finished, 6);
});

test('answers that are no JSON: text, none, and broken JSON', async () => {
  const { client } = await clientOf((request, response) => {
    if (request.url === '/api/none') response.writeHead(204).end();
    else if (request.url === '/api/broken') response.setHeader('content-type', 'application/problem+json').end('{');
    else response.setHeader('content-type', 'text/csv').end('a,b');
  });
  expect(await client.get('/text')).toBe('a,b');
  expect(await client.request('get', '/none')).toMatchObject({ status: 204, body: undefined });
  await expect(client.get('/broken')).rejects.toThrow(SyntaxError);
  const spans = await spansOf(finished, 3);
  expect(spans.map((span) => span.attributes['error.type'])).toEqual([undefined, undefined, 'SyntaxError']);
});

test('a status that is not 2xx is an error with the answer in it', async () => {
  const { client } = await clientOf((_request, response) => {
    response.writeHead(503, { 'retry-after': '2', 'x-reason': 'busy' });
    response.end('x'.repeat(MAX_ERROR_BODY_CHARACTERS + 1));
  });
  const error: unknown = await client.get('/orders/1?sig=secret').catch((reason: unknown) => reason);
  if (!(error instanceof HttpResponseError)) throw new Error('no HttpResponseError');
  expect(error).toMatchObject({ code: 'http_response_error', status: 503, retryable: true, retryAfterMs: 2000 });
  expect(error.message).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/api\/orders\/1 was answered with 503$/);
  expect(error.headers.get('x-reason')).toBe('busy');
  expect(error.bodyText).toHaveLength(MAX_ERROR_BODY_CHARACTERS);
  expect(error.bodyTruncated).toBe(true);
  const span = await spanOf(finished);
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(span.attributes['error.type']).toBe('503');
  expect(span.events).toHaveLength(0);
});

test('a body that just fits is whole', async () => {
  const { client } = await clientOf((_request, response) => {
    response.writeHead(404).end('x'.repeat(MAX_ERROR_BODY_CHARACTERS));
  });
  await expect(client.get('/')).rejects.toMatchObject({ status: 404, retryable: false, bodyTruncated: false });
});

test('time-outs and refused connections are errors of the span, cancelling is not', async () => {
  const { client } = await clientOf(() => {}, { timeoutMs: 20 });
  await expect(client.get('/')).rejects.toMatchObject({ name: 'TimeoutError' });
  const controller = new AbortController();
  const cancelled = client.get('/', { signal: controller.signal, timeoutMs: 0 });
  controller.abort();
  await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
  const { port, server } = await serve(() => {});
  server.close();
  await once(server, 'close');
  await expect(createTracedClient().get(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
  const spans = await spansOf(finished, 3);
  expect(spans.map((span) => [span.status.code, span.attributes['error.type']])).toEqual([
    [SpanStatusCode.ERROR, 'TimeoutError'],
    [SpanStatusCode.UNSET, undefined],
    [SpanStatusCode.ERROR, 'ECONNREFUSED'],
  ]);
});

test('of a signal and a time-out the first ends the request, and nothing stays at the signal', async () => {
  const { client } = await clientOf((request, response) => {
    if (request.url?.endsWith('/answered') === true) response.end();
  });
  const { signal } = new AbortController();
  await expect(client.get('/', { signal, timeoutMs: 20 })).rejects.toMatchObject({ name: 'TimeoutError' });
  await client.get('/answered', { signal });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  const controller = new AbortController();
  const cancelled = client.get('/', { signal: controller.signal });
  controller.abort(new RangeError('enough'));
  await expect(cancelled).rejects.toMatchObject({ name: 'RangeError' });
  await expect(client.get('/answered', { signal: controller.signal })).rejects.toMatchObject({ name: 'RangeError' });
});

test('an instrumented fetch makes no second span, and the server sees the client as its parent', async () => {
  instrumented();
  const { client } = await clientOf(mirror);
  await client.get('/orders');
  const spans = await spansOf(finished, 2);
  const [server, sent] = [SpanKind.SERVER, SpanKind.CLIENT].map((kind) => spans.find((span) => span.kind === kind));
  expect(server?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
});

test('a fetch of its own, ignored requests, hooks and captured headers', async () => {
  const asked: string[] = [];
  const client = createTracedClient({
    baseUrl: 'https://shop.example',
    ignoreOutgoing: '/health',
    captureHeaders: { client: { request: ['accept'], response: ['x-answer'] } },
    requestHook: (span, request) => span.setAttribute('app.target', request.target),
    responseHook: (span, response) => span.setAttribute('app.status', response.statusCode ?? 0),
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      asked.push(`${pathname} ${new Headers(init?.headers).has('traceparent')}`);
      expect(trace.getActiveSpan()?.isRecording() ?? false).toBe(pathname !== '/health');
      return new Response('"ok"', { headers: { 'content-type': 'application/json', 'x-answer': 'yes' } });
    },
  });
  expect(await client.get('/health')).toBe('ok');
  expect(await client.get('/orders')).toBe('ok');
  expect(asked).toEqual(['/health false', '/orders true']);
  expect((await spanOf(finished)).attributes).toMatchObject({
    'app.target': '/orders',
    'app.status': 200,
    'server.port': 443,
    'http.request.header.accept': ['application/json'],
    'http.response.header.x-answer': ['yes'],
  });
});

describe('URLs', () => {
  test.each([
    ['https://shop.example/api', '/orders', 'https://shop.example/api/orders'],
    ['https://shop.example/api/', 'orders', 'https://shop.example/api/orders'],
    ['https://shop.example', '', 'https://shop.example/'],
    ['https://shop.example/api?x=1#y', '?q=1', 'https://shop.example/api?q=1'],
    ['https://shop.example/api', 'https://shop.example/other', 'https://shop.example/other'],
    ['https://shop.example/api', '//evil.example/x', 'https://shop.example/api//evil.example/x'],
    [undefined, 'https://shop.example/x', 'https://shop.example/x'],
  ])('%s and %s', (base, path, expected) => {
    expect(requestUrl(base === undefined ? undefined : new URL(base), path, undefined).href).toBe(expected);
  });

  test('of another origin, or none, are refused', async () => {
    const client = createTracedClient({ baseUrl: 'https://shop.example' });
    await expect(client.get('https://evil.example/')).rejects.toThrow('not the origin of this client');
    await expect(createTracedClient().get('/orders')).rejects.toThrow(TypeError);
    expect(finished()).toHaveLength(0);
  });
});
