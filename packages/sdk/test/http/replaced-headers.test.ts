import { SpanKind } from '@opentelemetry/api';
import { once } from 'node:events';
import { channel } from 'node:diagnostics_channel';
import http, { type IncomingMessage } from 'node:http';
import http2 from 'node:http2';
import { describe, expect, onTestFinished, test } from 'vitest';

import { useOfficialProvider } from '../helpers/official-provider.ts';
import { instrumented, listening, spansOf } from './http-fixture.ts';

const finished = useOfficialProvider();
const FOREIGN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

async function textOf(body: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of body) text += String(chunk);
  return text;
}

async function sentByHttp1(port: number, headers: unknown): Promise<string> {
  // Lists of pairs are taken by Node, but not in its types.
  const request = http.request({ host: '127.0.0.1', port, path: '/', headers: headers as readonly string[] });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return textOf(response);
}

/** A request that already has a trace context is sent with the one of its client span, once. */
describe('a trace context that the request already has', () => {
  test.each<[string, (port: number) => Promise<string>]>([
    [
      'fetch with an object',
      async (port) => (await fetch(`http://127.0.0.1:${port}/`, { headers: { Traceparent: FOREIGN, x: '1' } })).text(),
    ],
    [
      'fetch with Headers',
      async (port) =>
        (await fetch(`http://127.0.0.1:${port}/`, { headers: new Headers({ traceparent: FOREIGN, x: '1' }) })).text(),
    ],
    ['http.request with an object', (port) => sentByHttp1(port, { Traceparent: FOREIGN, x: '1' })],
    [
      'http.request that expects',
      (port) => sentByHttp1(port, { Traceparent: FOREIGN, x: '1', expect: '100-continue' }),
    ],
    ['http.request with a list', (port) => sentByHttp1(port, ['Host', 'h', 'Traceparent', FOREIGN, 'x', '1'])],
    [
      'http.request with pairs',
      (port) =>
        sentByHttp1(port, [
          ['Host', 'h'],
          ['TraceParent', FOREIGN],
          ['traceparent', FOREIGN],
          ['x', '1'],
        ]),
    ],
  ])('%s', async (_form, send) => {
    instrumented();
    const port = await listening(
      http.createServer((request, response) => response.end(JSON.stringify(request.rawHeaders))),
    );
    // What the server answers.
    const sent = JSON.parse(await send(port)) as string[];
    const values = sent.filter((_value, i) => i % 2 === 1 && sent[i - 1]?.toLowerCase() === 'traceparent');
    const spans = await spansOf(finished, 2);
    const client = spans.find((span) => span.kind === SpanKind.CLIENT);
    const server = spans.find((span) => span.kind === SpanKind.SERVER);
    expect(values).toEqual([`00-${client?.spanContext().traceId}-${client?.spanContext().spanId}-01`]);
    expect(server?.spanContext().traceId).toBe(client?.spanContext().traceId);
    expect(server?.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
    expect(sent.filter((name) => name.toLowerCase() === 'x')).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ['an object', { ':path': '/', Traceparent: FOREIGN, x: '1' }],
    ['a list', [':path', '/', 'Traceparent', FOREIGN, 'x', '1']],
    ['an object with names of both cases', { ':path': '/', Traceparent: FOREIGN, traceparent: FOREIGN, x: '1' }],
  ])('http2 with %s', async (_form, headers) => {
    instrumented();
    const server = http2.createServer((request, response) => response.end(JSON.stringify(request.rawHeaders)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const session = http2.connect(`http://127.0.0.1:${port}`);
    onTestFinished(() => {
      session.destroy();
      server.close();
    });
    // One of the forms that Node takes.
    const stream = session.request(headers as http2.OutgoingHttpHeaders);
    const sent = JSON.parse(await textOf(stream)) as string[];
    const spans = await spansOf(finished, 2);
    const client = spans.find((span) => span.kind === SpanKind.CLIENT);
    const values = sent.filter((_value, i) => i % 2 === 1 && sent[i - 1] === 'traceparent');
    expect(values).toEqual([`00-${client?.spanContext().traceId}-${client?.spanContext().spanId}-01`]);
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(sent).toContain('x');
  });

  test('undici 5, whose headers are text', async () => {
    instrumented();
    const request = {
      origin: 'http://127.0.0.1:1',
      method: 'GET',
      path: '/',
      headers: `x: 1\r\nTraceparent: ${FOREIGN}\r\ny: traceparent: 2\r\n`,
    };
    channel('undici:request:create').publish({ request });
    channel('undici:request:error').publish({ request, error: new Error('gone') });
    const [client] = await spansOf(finished, 1);
    const { traceId, spanId } = client?.spanContext() ?? {};
    expect(request.headers).toBe(`x: 1\r\ny: traceparent: 2\r\ntraceparent: 00-${traceId}-${spanId}-01\r\n`);
  });
});
