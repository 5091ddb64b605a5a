import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';

import { useOfficialProvider } from '../helpers/official-provider.ts';
import { instrumented, serve, spanOf, spansOf } from './http-fixture.ts';

const finished = useOfficialProvider();
const client = { incoming: false } as const;

describe('fetch', () => {
  test('has a client span by the stable conventions, and its context is sent', async () => {
    instrumented(client);
    const { port } = await serve((request, response) => response.end(request.headers['traceparent']));
    const outer = trace.getTracer('test').startSpan('outer');
    const sent = await context.with(trace.setSpan(context.active(), outer), async () => {
      const response = await fetch(`http://127.0.0.1:${port}/orders/1?q=tea&sig=secret`, {
        headers: { 'user-agent': 'test/1' },
      });
      const body = await response.text();
      expect(trace.getActiveSpan()).toBe(outer);
      return body;
    });
    const span = await spanOf(finished);
    const { traceId, spanId } = span.spanContext();
    expect(sent).toBe(`00-${traceId}-${spanId}-01`);
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.name).toBe('GET');
    expect(span.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'url.full': `http://127.0.0.1:${port}/orders/1?q=tea&sig=REDACTED`,
      'url.scheme': 'http',
      'url.path': '/orders/1',
      'url.query': 'q=tea&sig=REDACTED',
      'server.address': '127.0.0.1',
      'server.port': port,
      'user_agent.original': 'test/1',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': port,
      'network.protocol.version': '1.1',
      'http.response.status_code': 200,
    });
  });

  test('errors: a status, a refused connection, a time-out, but not what the caller cancels', async () => {
    instrumented(client);
    const { port, server } = await serve((request, response) => {
      if (request.url === '/503') response.writeHead(503).end();
    });
    await (await fetch(`http://127.0.0.1:${port}/503`)).text();
    const controller = new AbortController();
    const cancelled = fetch(`http://127.0.0.1:${port}/hang`, { signal: controller.signal });
    await once(server, 'request');
    controller.abort();
    await expect(cancelled).rejects.toThrow('abort');
    await expect(fetch(`http://127.0.0.1:${port}/hang`, { signal: AbortSignal.timeout(20) })).rejects.toThrow(
      'timeout',
    );
    const { port: closed, server: gone } = await serve(() => {});
    gone.close();
    await once(gone, 'close');
    await expect(fetch(`http://127.0.0.1:${closed}/`)).rejects.toThrow('fetch failed');
    const spans = await spansOf(finished, 4);
    expect(spans.map((span) => [span.status.code, span.attributes['error.type']])).toEqual([
      [SpanStatusCode.ERROR, '503'],
      [SpanStatusCode.UNSET, undefined],
      [SpanStatusCode.ERROR, 'TimeoutError'],
      [SpanStatusCode.ERROR, 'ECONNREFUSED'],
    ]);
  });

  test('options: ignored requests, hooks, captured headers, sizes', async () => {
    instrumented({
      ...client,
      bodySizes: true,
      ignoreOutgoing: '/ignored',
      captureHeaders: { client: { request: ['X-Tenant'], response: ['X-Answer', 'Set-Cookie'] } },
      startAttributes: (request) => ({ 'app.target': request.target }),
      requestHook: (span, request) => span.setAttribute('app.direction', request.direction),
      responseHook: (span, response) => span.setAttribute('app.status', response.statusCode ?? 0),
    });
    const { port } = await serve((_request, response) => {
      response.setHeader('x-answer', 'yes');
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.end('four');
    });
    await (await fetch(`http://127.0.0.1:${port}/ignored?x=1`)).text();
    await (
      await fetch(`http://127.0.0.1:${port}/x`, { method: 'POST', body: '123', headers: { 'x-tenant': 'acme' } })
    ).text();
    const span = await spanOf(finished);
    expect(span.attributes).toMatchObject({
      'app.target': '/x',
      'app.direction': 'outgoing',
      'app.status': 200,
      'http.request.header.x-tenant': ['acme'],
      'http.response.header.x-answer': ['yes'],
      'http.response.header.set-cookie': ['a=1', 'b=2'],
      'http.response.body.size': 4,
    });
  });

  test('suppressed requests, and requests after it is disabled, get none', async () => {
    const instrumentation = instrumented(client);
    const { port } = await serve((request, response) => response.end(request.headers['traceparent'] ?? 'none'));
    const url = `http://127.0.0.1:${port}/`;
    expect(await context.with(suppressTracing(context.active()), async () => (await fetch(url)).text())).toBe('none');
    instrumentation.disable();
    expect(await (await fetch(url)).text()).toBe('none');
    expect(finished()).toHaveLength(0);
  });

  test('redirects give a span for each request', async () => {
    instrumented(client);
    const { port } = await serve((request, response) => {
      if (request.url === '/from') response.writeHead(302, { location: '/to' });
      response.end();
    });
    await (await fetch(`http://127.0.0.1:${port}/from`)).text();
    const spans = await spansOf(finished, 2);
    expect(spans.map((span) => span.attributes['url.path'])).toEqual(['/from', '/to']);
  });
});
