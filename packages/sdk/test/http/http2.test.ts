import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { once } from 'node:events';
import http from 'node:http';
import http2, { connect as namedConnect } from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

import { useOfficialProvider } from '../helpers/official-provider.ts';
import { instrumented, spanOf, spansOf } from './http-fixture.ts';

const finished = useOfficialProvider();

async function connected(
  server: http2.Http2Server,
  connect: typeof http2.connect = http2.connect,
): Promise<{ readonly session: http2.ClientHttp2Session; readonly port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address.
  const { port } = server.address() as AddressInfo;
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  return { session, port };
}

async function answerOf(stream: http2.ClientHttp2Stream): Promise<{ readonly status: number; readonly body: string }> {
  stream.end();
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders & { ':status': number }];
  let body = '';
  for await (const chunk of stream) body += String(chunk);
  return { status: headers[':status'], body };
}

test.each([
  [
    'streams',
    (): http2.Http2Server => {
      const server = http2.createServer();
      server.on('stream', (stream) => {
        stream.respond({ ':status': 200, 'x-answer': 'yes' });
        stream.end(String(trace.getActiveSpan()?.spanContext().spanId));
      });
      return server;
    },
  ],
  [
    'requests and responses',
    (): http2.Http2Server =>
      http2.createServer((request, response) => {
        request.on('end', () => {
          response.setHeader('x-answer', 'yes');
          response.end(String(trace.getActiveSpan()?.spanContext().spanId));
        });
        request.resume();
      }),
  ],
])('a server of %s and a client have one span each, and one trace', async (_what, create) => {
  instrumented({ captureHeaders: { server: { response: ['x-answer'] }, client: { response: ['x-answer'] } } });
  const { session, port } = await connected(create(), namedConnect);
  const { body } = await answerOf(session.request({ ':path': '/orders?q=1', 'user-agent': 'test/2' }));
  const spans = await spansOf(finished, 2);
  const server = spans.find((span) => span.kind === SpanKind.SERVER);
  const client = spans.find((span) => span.kind === SpanKind.CLIENT);
  expect(body).toBe(server?.spanContext().spanId);
  expect(server?.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
  expect(client?.name).toBe('GET');
  expect(client?.attributes).toEqual({
    'http.request.method': 'GET',
    'url.full': `http://127.0.0.1:${port}/orders?q=1`,
    'server.address': '127.0.0.1',
    'server.port': port,
    'user_agent.original': 'test/2',
    'network.peer.address': '127.0.0.1',
    'network.peer.port': port,
    'network.protocol.version': '2',
    'http.response.status_code': 200,
    'http.response.header.x-answer': ['yes'],
  });
  expect(server?.attributes).toMatchObject({
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': '/orders',
    'url.query': 'q=1',
    'server.address': '127.0.0.1',
    'server.port': port,
    'network.peer.address': '127.0.0.1',
    'network.protocol.version': '2',
    'user_agent.original': 'test/2',
    'http.response.status_code': 200,
    'http.response.header.x-answer': ['yes'],
  });
});

test('a session to an IPv6 address that is given in parts', async () => {
  instrumented({ incoming: false });
  const server = http2.createServer((_request, response) => response.end());
  const { port } = await connected(server);
  // The address is only told: the connection goes elsewhere.
  const session = http2.connect({ protocol: 'http:', hostname: '::1', port } as unknown as URL, {
    createConnection: () => net.connect(port, '127.0.0.1'),
  });
  onTestFinished(() => session.destroy());
  await answerOf(session.request({ ':path': '/6' }));
  expect((await spanOf(finished)).attributes).toMatchObject({
    'url.full': `http://[::1]:${port}/6`,
    'server.address': '::1',
    'server.port': port,
  });
});

test('errors and resets', async () => {
  instrumented();
  const server = http2.createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    if (headers[':path'] === '/500') {
      stream.respond({ ':status': 500 });
      stream.end();
    } else if (headers[':path'] === '/reset') stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    else stream.respond({ ':status': 200 });
  });
  const { session } = await connected(server);
  await answerOf(session.request({ ':path': '/500' }));
  const [failedServer, failedClient] = ofKinds(await spansOf(finished, 2));
  expect(failedServer?.attributes['error.type']).toBe('500');
  expect(failedClient?.status.code).toBe(SpanStatusCode.ERROR);

  const reset = session.request({ ':path': '/reset' });
  await once(reset, 'error');
  const [resetServer, resetClient] = ofKinds((await spansOf(finished, 4)).slice(2));
  expect(resetServer?.attributes['error.type']).toMatch(/INTERNAL_ERROR|ERR_HTTP2_STREAM_ERROR/);
  expect(resetClient?.attributes['error.type']).toBe('ERR_HTTP2_STREAM_ERROR');

  const cancelled = session.request({ ':path': '/hang' });
  await once(cancelled, 'response');
  cancelled.close(http2.constants.NGHTTP2_CANCEL);
  const [cancelledServer, cancelledClient] = ofKinds((await spansOf(finished, 6)).slice(4));
  expect(cancelledServer?.attributes['error.type']).toBe('NGHTTP2_CANCEL');
  expect(cancelledServer?.status.code).toBe(SpanStatusCode.ERROR);
  expect(cancelledClient?.status.code).toBe(SpanStatusCode.UNSET);
});

function ofKinds<S extends { readonly kind: SpanKind }>(spans: readonly S[]): [S | undefined, S | undefined] {
  return [spans.find((span) => span.kind === SpanKind.SERVER), spans.find((span) => span.kind === SpanKind.CLIENT)];
}

test('a server that also takes HTTP/1 describes those requests as such', async () => {
  instrumented({ outgoing: false });
  // Not encrypted: what matters is which requests the class emits.
  const secure = http2.createSecureServer({ allowHTTP1: true }, (_request, response) => response.end());
  const inner = http.createServer((request, response) => secure.emit('request', request, response));
  inner.listen(0, '127.0.0.1');
  await once(inner, 'listening');
  onTestFinished(() => {
    inner.closeAllConnections();
    inner.close();
  });
  const { port } = inner.address() as AddressInfo;
  const request = http.get({ host: '127.0.0.1', port, agent: false });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  expect((await spanOf(finished)).attributes['network.protocol.version']).toBe('1.1');
});

test('gRPC and suppressed requests get none, unless gRPC is asked for', async () => {
  const server = http2.createServer((_request, response) => response.end());
  const first = instrumented();
  const { session } = await connected(server);
  const grpc = { ':path': '/shop.Orders/Get', ':method': 'POST', 'content-type': 'application/grpc+proto' };
  await answerOf(session.request(grpc));
  await answerOf(
    await context.with(suppressTracing(context.active()), async () =>
      session.request({ ':path': '/x', 'content-type': 'application/grpc' }),
    ),
  );
  expect(finished()).toHaveLength(0);
  first.disable();
  instrumented({ grpc: true });
  const { session: second } = await connected(http2.createServer((_request, response) => response.end()));
  await answerOf(second.request(grpc));
  expect((await spansOf(finished, 2)).map((span) => span.name)).toEqual(['POST', 'POST']);
});

test('listeners run in the context of the caller', async () => {
  instrumented({ incoming: false });
  const { session } = await connected(http2.createServer((_request, response) => response.end('x')));
  const outer = trace.getTracer('test').startSpan('outer');
  const seen: (string | undefined)[] = [];
  const note = (): void => {
    seen.push(trace.getActiveSpan()?.spanContext().spanId);
  };
  const stream = context.with(trace.setSpan(context.active(), outer), () => session.request({ ':path': '/' }));
  for (const event of ['response', 'data', 'end', 'close']) stream.on(event, note);
  await once(stream, 'close');
  outer.end();
  expect(seen).toEqual(Array.from({ length: 4 }, () => outer.spanContext().spanId));
  await spansOf(finished, 2);
});

test('what is refused is thrown as without instrumentation', async () => {
  instrumented();
  const { session } = await connected(http2.createServer());
  const code = 'ERR_HTTP2_INVALID_PSEUDOHEADER';
  expect(() => session.request({ ':odd': '/' })).toThrow(expect.objectContaining({ code }));
  expect((await spanOf(finished)).attributes['error.type']).toBe(code);
  expect(() => http2.connect('no url')).toThrow(expect.objectContaining({ code: 'ERR_INVALID_URL' }));
});

test('answers without a body, with a file, and to HEAD are no errors', async () => {
  instrumented({ outgoing: false });
  const server = http2.createServer();
  server.on('stream', (stream, headers) => {
    if (headers[':path'] === '/file') stream.respondWithFile(fileURLToPath(import.meta.url));
    else stream.respond({ ':status': 204 }, { endStream: true });
  });
  const { session } = await connected(server);
  await answerOf(session.request({ ':path': '/none' }));
  await answerOf(session.request({ ':path': '/none', ':method': 'HEAD' }));
  await answerOf(session.request({ ':path': '/file' }));
  const spans = await spansOf(finished, 3);
  expect(spans.map((span) => [span.attributes['http.response.status_code'], span.attributes['error.type']])).toEqual([
    [204, undefined],
    [204, undefined],
    [200, undefined],
  ]);
});
