import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { getRPCMetadata, setRPCMetadata, type RPCMetadata } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';

import { useOfficialProvider } from '../helpers/official-provider.ts';
import { get, instrumented, serve, spanOf, spansOf } from './http-fixture.ts';

const TRACE_PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/**
 * An application with the middleware in it: `GET /orders/:id` answers with the id of the active span, `GET /fail` throws
 * `new TypeError('broken')`, `GET /refuse` fails with status 400, `GET /health` is ignored, the rest is not found.
 */
export interface MiddlewareApp {
  readonly name: string;
  /** The listener of a node:http server. */
  listener(): Promise<RequestListener> | RequestListener;
  /** The path of `/orders/:id` as the framework writes it. */
  readonly route: string;
}

/** What every middleware promises, over a real server. Gives what `useOfficialProvider` gives. */
export function middlewareCases(app: MiddlewareApp): () => readonly ReadableSpan[] {
  const finished = useOfficialProvider();

  describe(`${app.name} without instrumentation`, () => {
    test('makes the server span, active in the handler, named by the route', async () => {
      const { port } = await serve(await app.listener());
      const { body } = await get(port, '/orders/7?full=1', { headers: { traceparent: TRACE_PARENT } });
      const span = await spanOf(finished);
      expect(body).toBe(span.spanContext().spanId);
      expect(span.kind).toBe(SpanKind.SERVER);
      expect(span.name).toBe(`GET ${app.route}`);
      expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
      expect(span.attributes).toMatchObject({
        'http.route': app.route,
        'http.request.method': 'GET',
        'http.response.status_code': 200,
        'url.path': '/orders/7',
        'url.query': 'full=1',
        'server.port': port,
        'network.peer.address': '127.0.0.1',
        'network.protocol.version': '1.1',
      });
    });

    test('records what a handler throws', async () => {
      const { port } = await serve(await app.listener());
      expect((await get(port, '/fail')).status).toBe(500);
      const span = await spanOf(finished);
      expect(span.name).toBe('GET /fail');
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'broken' });
      expect(span.attributes).toMatchObject({ 'error.type': 'TypeError', 'http.response.status_code': 500 });
      expect(span.events.map((event) => event.attributes?.['exception.message'])).toEqual(['broken']);
    });

    test('an error that is answered with 400 is recorded, but the span is none', async () => {
      const { port } = await serve(await app.listener());
      expect((await get(port, '/refuse')).status).toBe(400);
      const span = await spanOf(finished);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
      expect(span.events).toHaveLength(1);
    });

    test('what is not found has no route, and what is ignored no span', async () => {
      const { port } = await serve(await app.listener());
      expect((await get(port, '/health')).body).toBe('no span');
      expect((await get(port, '/nowhere')).status).toBe(404);
      const span = await spanOf(finished);
      expect(span.name).toBe('GET');
      expect(span.attributes['http.route']).toBeUndefined();
    });
  });

  describe(`${app.name} with instrumentation`, () => {
    test('ours: one span, named by the route', async () => {
      instrumented({ outgoing: false });
      const { port } = await serve(await app.listener());
      const { body } = await get(port, '/orders/7');
      const span = await spanOf(finished);
      expect(body).toBe(span.spanContext().spanId);
      expect(span.name).toBe(`GET ${app.route}`);
    });

    test('ours: the error is recorded once', async () => {
      instrumented({ outgoing: false });
      const { port } = await serve(await app.listener());
      await get(port, '/fail');
      const span = await spanOf(finished);
      expect(span.name).toBe('GET /fail');
      expect(span.attributes['error.type']).toBe('TypeError');
      expect(span.events).toHaveLength(1);
    });

    test('ours: what it ignores gets no span', async () => {
      instrumented({ outgoing: false, ignoreIncoming: /./ });
      const { port } = await serve(await app.listener());
      expect((await get(port, '/orders/7')).body).toBe('no span');
      expect(finished()).toHaveLength(0);
    });

    test('official: the route and the error are left where it finds them', async () => {
      const left: RPCMetadata[] = [];
      const routes: (string | undefined)[] = [];
      const { port } = await serve(likeOfficial(await app.listener(), left, routes));
      const { body } = await get(port, '/orders/7');
      await get(port, '/fail');
      const spans = await spansOf(finished, 2);
      expect(body).toBe(left[0]?.span.spanContext().spanId);
      expect(routes).toEqual([app.route, '/fail']);
      expect(spans.map((span) => span.name)).toEqual(['official', 'official']);
      expect(spans.map((span) => span.events.length)).toEqual([0, 1]);
    });
  });
  return finished;
}

/** What @opentelemetry/instrumentation-http does around a listener: it reads the route when the response closes. */
function likeOfficial(listener: RequestListener, left: RPCMetadata[], routes: (string | undefined)[]): RequestListener {
  return (request, response) => {
    const span = trace.getTracer('official').startSpan('official', { kind: SpanKind.SERVER });
    const metadata = { type: 'http', span } as RPCMetadata;
    left.push(metadata);
    const active = setRPCMetadata(trace.setSpan(context.active(), span), metadata);
    context.with(active, () => {
      response.on('close', () => {
        routes.push(getRPCMetadata(active)?.route);
        span.end();
      });
      listener(request, response);
    });
  };
}

/** What `/orders/:id` and `/health` answer. */
export function activeSpanId(): string {
  return trace.getActiveSpan()?.spanContext().spanId ?? 'no span';
}

export class Refused extends Error {
  readonly status = 400;
  readonly statusCode = 400;
  readonly expose = true;
}
