import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { type RPCMetadata, setRPCMetadata } from '@opentelemetry/core';
import { expect, test } from 'vitest';

import { traceFetchHandler } from '../../src/index.ts';
import { useOfficialProvider } from '../helpers/official-provider.ts';
import { spanOf } from './http-fixture.ts';

const finished = useOfficialProvider();
const TRACE_PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('makes a server span around the handler', async () => {
  const handler = traceFetchHandler(
    async (request: Request, env: { readonly name: string }) =>
      new Response(`${trace.getActiveSpan()?.spanContext().spanId} ${env.name} ${new URL(request.url).pathname}`),
    { route: (request) => (new URL(request.url).pathname.startsWith('/orders/') ? '/orders/{id}' : undefined) },
  );
  const request = new Request('https://shop.example:8443/orders/7?sig=secret', {
    headers: { traceparent: TRACE_PARENT },
  });
  const response = await handler(request, { name: 'env' });
  const span = await spanOf(finished);
  expect(await response.text()).toBe(`${span.spanContext().spanId} env /orders/7`);
  expect(span.kind).toBe(SpanKind.SERVER);
  expect(span.name).toBe('GET /orders/{id}');
  expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  expect(span.attributes).toEqual({
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'http.route': '/orders/{id}',
    'url.scheme': 'https',
    'url.path': '/orders/7',
    'url.query': 'sig=REDACTED',
    'server.address': 'shop.example',
    'server.port': 8443,
  });
});

test.each<[string, unknown]>([
  ['Deno', { remoteAddr: { hostname: '192.0.2.1', port: 4711 } }],
  ['Bun', { requestIP: () => ({ address: '192.0.2.1', port: 4711 }) }],
])('takes the peer from %s', async (_name, second) => {
  const handler = traceFetchHandler((_request: Request, _second: unknown) => new Response(null, { status: 204 }));
  await handler(new Request('http://shop/'), second);
  expect((await spanOf(finished)).attributes).toMatchObject({
    'network.peer.address': '192.0.2.1',
    'network.peer.port': 4711,
    'client.address': '192.0.2.1',
  });
});

test('what the handler throws is recorded and thrown on', async () => {
  const handler = traceFetchHandler(
    () => {
      throw new RangeError('too far');
    },
    {
      route: () => {
        throw new Error('broken route');
      },
    },
  );
  await expect(handler(new Request('http://shop/'))).rejects.toThrow(new RangeError('too far'));
  const span = await spanOf(finished);
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too far' });
  expect(span.attributes['error.type']).toBe('RangeError');
});

test('inside instrumentation it only names the span', async () => {
  const handler = traceFetchHandler(() => new Response('ok'), { route: () => '/named' });
  const span = trace.getTracer('official').startSpan('official');
  const metadata = { type: 'http', span } as RPCMetadata;
  await context.with(setRPCMetadata(context.active(), metadata), () => handler(new Request('http://shop/')));
  expect(metadata.route).toBe('/named');
  expect(finished()).toHaveLength(0);
});

test('with `body` the span ends with it: at its end, when it breaks off, or when nobody wants it', async () => {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let cancelled: unknown;
  const handler = traceFetchHandler(
    () =>
      new Response(
        new ReadableStream<Uint8Array>({
          start: (given) => void (controller = given),
          cancel: (reason) => void (cancelled = reason),
        }),
        { status: 201, headers: { 'x-kept': 'yes' } },
      ),
    { endWith: 'body' },
  );
  const whole = await handler(new Request('http://shop/whole'));
  expect([whole.status, whole.headers.get('x-kept')]).toEqual([201, 'yes']);
  controller?.enqueue(new TextEncoder().encode('body'));
  expect(finished()).toHaveLength(0);
  controller?.close();
  expect(await whole.text()).toBe('body');

  const broken = await handler(new Request('http://shop/broken'));
  controller?.error(new TypeError('lost'));
  await expect(broken.text()).rejects.toThrow('lost');

  const unwanted = await handler(new Request('http://shop/unwanted'));
  await unwanted.body?.cancel('enough');
  expect(cancelled).toBe('enough');

  const spans = finished();
  expect(spans.map((span) => [span.attributes['url.path'], span.attributes['error.type']])).toEqual([
    ['/whole', undefined],
    ['/broken', 'TypeError'],
    ['/unwanted', 'aborted'],
  ]);
});
