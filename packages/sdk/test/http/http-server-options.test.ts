import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { SamplingDecision, TracerProvider } from '@opentelemetry/sdk-trace';
import http from 'node:http';
import { describe, expect, test } from 'vitest';

import { useOfficialProvider } from '../helpers/official-provider.ts';
import { get, instrumented, listening, serve, spanOf, spansOf } from './http-fixture.ts';

const finished = useOfficialProvider();
const server = { outgoing: false } as const;
const TRACE_PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('what a server span is not made for', () => {
  test('ignored requests, and nothing inside them is traced', async () => {
    instrumented({
      ...server,
      ignoreIncoming: ['/health', /^\/static\//g, (request) => request.header('x-probe') === '1'],
    });
    const { port } = await serve((_request, response) => {
      trace.getTracer('test').startSpan('inner').end();
      response.end();
    });
    await get(port, '/health?full=1');
    await get(port, '/static/app.js');
    await get(port, '/static/app.js');
    await get(port, '/', { headers: { 'x-probe': '1' } });
    await get(port, '/healthy');
    const spans = await spansOf(finished, 2);
    expect(spans.map((span) => span.name)).toEqual(['inner', 'GET']);
    expect(spans[1]?.attributes['url.path']).toBe('/healthy');
  });

  test('a rule that throws ignores nothing', async () => {
    instrumented({
      ...server,
      ignoreIncoming: () => {
        throw new Error('broken rule');
      },
    });
    const { port } = await serve((_request, response) => response.end());
    expect((await get(port, '/')).status).toBe(200);
    await spanOf(finished);
  });

  test('requests without a parent where one is required', async () => {
    instrumented({ ...server, requireParentForIncoming: true });
    const { port } = await serve((_request, response) => response.end());
    await get(port, '/');
    await get(port, '/', { headers: { traceparent: TRACE_PARENT } });
    expect((await spanOf(finished)).parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  });

  test('servers that listen where tracing is suppressed', async () => {
    instrumented(server);
    const quiet = http.createServer((_request, response) => response.end());
    const port = await context.with(suppressTracing(context.active()), () => listening(quiet));
    await get(port, '/');
    expect(finished()).toHaveLength(0);
    const { port: loud } = await serve((_request, response) => response.end());
    await get(loud, '/');
    await spanOf(finished);
  });
});

describe('options of server spans', () => {
  test('start attributes, hooks and captured headers', async () => {
    const calls: string[] = [];
    instrumented({
      ...server,
      bodySizes: true,
      captureHeaders: { server: { request: ['X-Tenant', 'X-None'], response: ['X-Answer', 'Set-Cookie'] } },
      startAttributes: (request) => ({
        'app.start': request.direction,
        'app.tenant': String(request.header('x-tenant')),
      }),
      requestHook: (span, request) => {
        calls.push('request');
        span.setAttribute('app.target', request.target);
      },
      responseHook: (span, response) => {
        calls.push('response');
        span.updateName(`answered ${response.statusCode} ${String(response.header('x-answer'))}`);
      },
    });
    const { port } = await serve((request, response) => {
      calls.push('handler');
      request.resume();
      response.writeHead(202, { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'], 'content-length': 2 });
      response.end('ok');
    });
    await get(port, '/x', { method: 'POST', headers: { 'x-tenant': 'acme', 'content-length': 0 } });
    const span = await spanOf(finished);
    expect(calls).toEqual(['request', 'handler', 'response']);
    expect(span.name).toBe('answered 202 yes');
    expect(span.attributes).toMatchObject({
      'app.start': 'incoming',
      'app.tenant': 'acme',
      'app.target': '/x',
      'http.request.header.x-tenant': ['acme'],
      'http.response.header.x-answer': ['yes'],
      'http.response.header.set-cookie': ['a=1', 'b=2'],
      'http.request.body.size': 0,
      'http.response.body.size': 2,
    });
    expect(span.attributes).not.toHaveProperty('http.request.header.x-none');
  });

  test('what hooks throw does not reach the application', async () => {
    const fail = (): never => {
      throw new Error('broken hook');
    };
    instrumented({ ...server, startAttributes: fail, requestHook: fail, responseHook: fail });
    const { port } = await serve((_request, response) => response.end('ok'));
    expect((await get(port, '/')).body).toBe('ok');
    expect((await spanOf(finished)).attributes['http.response.status_code']).toBe(200);
  });

  test('samplers see captured headers of requests, of servers and clients', async () => {
    const seen: Record<string, unknown> = {};
    const request = ['x-tenant'];
    instrumented({
      captureHeaders: { server: { request }, client: { request } },
      tracerProvider: new TracerProvider({
        sampler: {
          shouldSample: (_context, _traceId, _name, kind, attributes) => {
            seen[SpanKind[kind]] = attributes['http.request.header.x-tenant'];
            return { decision: SamplingDecision.NOT_RECORD };
          },
          toString: () => 'seeing',
        },
      }),
    });
    const { port } = await serve((_request, response) => response.end());
    await get(port, '/', { headers: { 'X-Tenant': 'acme' } });
    expect(seen).toEqual({ SERVER: ['acme'], CLIENT: ['acme'] });
  });

  test('proxies say who asked for what, unless they are not trusted', async () => {
    const { port } = await serve((_request, response) => response.end());
    const headers = {
      forwarded: 'for="[2001:db8::7]:4711";proto=https;host="shop.example:8443", for=10.0.0.1',
      'x-forwarded-for': '203.0.113.9',
    };
    const first = instrumented(server);
    await get(port, '/', { headers });
    expect((await spanOf(finished)).attributes).toMatchObject({
      'client.address': '2001:db8::7',
      'network.peer.address': '127.0.0.1',
      'server.address': 'shop.example',
      'server.port': 8443,
      'url.scheme': 'https',
    });
    first.disable();
    instrumented({ ...server, trustProxy: false });
    await get(port, '/', { headers });
    const [, span] = await spansOf(finished, 2);
    expect(span?.attributes).toMatchObject({
      'client.address': '127.0.0.1',
      'server.address': '127.0.0.1',
      'server.port': port,
      'url.scheme': 'http',
    });
  });

  test.each([
    ['both' as const, true],
    ['old' as const, false],
  ])('conventions %s', async (conventions, stable) => {
    instrumented({ ...server, conventions });
    const { port } = await serve((_request, response) => response.end());
    await get(port, '/a?b=1&sig=x', { headers: { 'user-agent': 'test/1', host: 'shop.example:8080' } });
    const { attributes } = await spanOf(finished);
    expect(attributes).toMatchObject({
      'http.method': 'GET',
      'http.scheme': 'http',
      'http.target': '/a?b=1&sig=REDACTED',
      'http.url': 'http://shop.example:8080/a?b=1&sig=REDACTED',
      'http.host': 'shop.example:8080',
      'http.flavor': '1.1',
      'http.user_agent': 'test/1',
      'http.status_code': 200,
      'net.host.name': 'shop.example',
      'net.host.port': 8080,
      'net.peer.ip': '127.0.0.1',
      'net.transport': 'ip_tcp',
    });
    expect('http.request.method' in attributes).toBe(stable);
    expect('http.response.status_code' in attributes).toBe(stable);
  });

  test('a propagator and a provider of its own instead of the global ones', async () => {
    const asked: string[] = [];
    instrumented({
      ...server,
      propagator: {
        fields: () => [],
        inject: () => {},
        extract: (active, carrier) => {
          asked.push(Object.keys(carrier as object).join());
          return propagation.setBaggage(active, propagation.createBaggage({ from: { value: 'own' } }));
        },
      },
    });
    const { port } = await serve((_request, response) =>
      response.end(propagation.getBaggage(context.active())?.getEntry('from')?.value),
    );
    expect((await get(port, '/')).body).toBe('own');
    expect(asked).toEqual(['host,connection']);
    await spanOf(finished);
  });
});

test('a second instrumentation changes nothing', async () => {
  instrumented(server);
  instrumented(server).disable();
  const { port } = await serve((_request, response) => response.end());
  await get(port, '/');
  await spanOf(finished);
});
