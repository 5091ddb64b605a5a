import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { once } from 'node:events';
import http, { get as namedGet, type IncomingMessage } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';

import { useOfficialProvider } from '../helpers/official-provider.ts';
import { get, instrumented, listening, serve, spanOf, spansOf } from './http-fixture.ts';

const finished = useOfficialProvider();
const client = { incoming: false, fetch: false } as const;

/** Answers with the request's headers as JSON. */
async function mirror(): Promise<number> {
  const { port } = await serve((request, response) => {
    request.resume();
    request.on('end', () => response.end(JSON.stringify(request.rawHeaders)));
  });
  return port;
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body;
}

async function send(start: () => http.ClientRequest): Promise<{ response: IncomingMessage; sent: string[] }> {
  const request = start();
  if (!request.writableEnded) request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  // What `mirror` answered.
  return { response, sent: JSON.parse(await bodyOf(response)) as string[] };
}

function sentValue(sent: readonly string[], name: string): string | undefined {
  return sent[sent.findIndex((each) => each.toLowerCase() === name) + 1];
}

describe('a client span', () => {
  test('describes the request and the response by the stable conventions, and its context is sent', async () => {
    instrumented(client);
    const port = await mirror();
    const { sent } = await send(() =>
      http.get(`http://user:pass@127.0.0.1:${port}/orders/1?q=tea&sig=secret`, { headers: { 'user-agent': 'test/1' } }),
    );
    const span = await spanOf(finished);
    const { traceId, spanId } = span.spanContext();
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.name).toBe('GET');
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(sentValue(sent, 'traceparent')).toBe(`00-${traceId}-${spanId}-01`);
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'url.full': `http://REDACTED:REDACTED@127.0.0.1:${port}/orders/1?q=tea&sig=REDACTED`,
      'server.address': '127.0.0.1',
      'server.port': port,
      'user_agent.original': 'test/1',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': port,
      'network.protocol.version': '1.1',
      'http.response.status_code': 200,
    });
  });

  test.each<[string, (port: number) => unknown[]]>([
    ['a URL', (port) => [new URL(`http://127.0.0.1:${port}/a?b=1`)]],
    ['text and options', (port) => [`http://127.0.0.1:${port}/other`, { path: '/a?b=1', headers: { 'x-own': '1' } }]],
    ['options', (port) => [{ hostname: '127.0.0.1', port, path: '/a?b=1', headers: { 'X-Own': '1' } }]],
    ['options with a host', (port) => [{ host: '127.0.0.1', port: String(port), path: '/a?b=1' }]],
    [
      'a list of headers',
      (port) => [{ host: '127.0.0.1', port, path: '/a?b=1', headers: ['host', 'x', 'x-own', '1'] }],
    ],
    [
      'pairs of headers',
      (port) => [
        {
          host: '127.0.0.1',
          port,
          path: '/a?b=1',
          headers: [
            ['host', 'x'],
            ['x-own', '1'],
          ],
        },
      ],
    ],
    ['expecting 100-continue', (port) => [`http://127.0.0.1:${port}/a?b=1`, { headers: { Expect: '100-continue' } }]],
  ])('is made and sent for %s', async (_what, args) => {
    instrumented(client);
    const port = await mirror();
    const given = args(port);
    const before = JSON.stringify(given);
    const request = http.request as (...args: unknown[]) => http.ClientRequest;
    const { sent } = await send(() => request(...given));
    const span = await spanOf(finished);
    expect(span.attributes).toMatchObject({ 'url.full': `http://127.0.0.1:${port}/a?b=1`, 'server.port': port });
    expect(sentValue(sent, 'traceparent')).toContain(span.spanContext().spanId);
    if (before.toLowerCase().includes('x-own')) expect(sentValue(sent, 'x-own')).toBe('1');
    expect(JSON.stringify(given)).toBe(before);
  });

  test('without a port it is that of the options or of the agent', async () => {
    instrumented(client);
    const port = await mirror();
    const agent = Object.assign(new http.Agent(), { defaultPort: port });
    await send(() => http.get({ host: '127.0.0.1', defaultPort: port }));
    await send(() => http.get({ host: '127.0.0.1', agent }));
    // As the agents of the package agent-base: whoever asks gets another answer.
    const calls: string[] = [];
    const asking = Object.create(agent, {
      defaultPort: { get: () => (calls.push(String(new Error('asked').stack)), port) },
    }) as http.Agent;
    await send(() => http.get({ host: '127.0.0.1', port, agent: asking }));
    expect(calls.join('')).not.toContain('http1-arguments');
    // No agent at all: Node takes null too.
    const createConnection = (): net.Socket => net.connect(port, '127.0.0.1');
    await send(() => http.get({ host: '127.0.0.1', agent: null as never, createConnection }));
    const spans = await spansOf(finished, 4);
    expect(spans.map((span) => span.attributes['server.port'])).toEqual([port, port, port, 80]);
  });

  test('named imports and callbacks', async () => {
    instrumented(client);
    const port = await mirror();
    const status = await new Promise((resolve) => {
      namedGet({ host: '127.0.0.1', port }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    expect(status).toBe(200);
    expect((await spanOf(finished)).attributes['server.port']).toBe(port);
  });

  test('is not active for the caller, whose listeners run in its own context', async () => {
    instrumented(client);
    const port = await mirror();
    const seen: Record<string, string | undefined> = {};
    const note = (where: string): void => {
      seen[where] = trace.getActiveSpan()?.spanContext().spanId;
    };
    const outer = trace.getTracer('test').startSpan('outer');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    await context.with(trace.setSpan(context.active(), outer), async () => {
      for (const name of ['first', 'again']) {
        const request = http.get({ host: '127.0.0.1', port, agent }, (response) => {
          note(`${name} callback`);
          response.on('data', () => note(`${name} data`));
          response.on('end', () => note(`${name} end`));
        });
        note(`${name} caller`);
        request.on('socket', () => note(`${name} socket`));
        await once(request, 'close');
      }
    });
    outer.end();
    const spans = await spansOf(finished, 3);
    const { spanId } = outer.spanContext();
    expect(new Set(Object.values(seen))).toEqual(new Set([spanId]));
    expect(Object.keys(seen)).toHaveLength(10);
    expect(spans.slice(0, 2).map((span) => span.parentSpanContext?.spanId)).toEqual([spanId, spanId]);
  });

  test.each([
    [302, SpanStatusCode.UNSET, undefined],
    [404, SpanStatusCode.ERROR, '404'],
    [503, SpanStatusCode.ERROR, '503'],
  ])('status %i', async (statusCode, code, errorType) => {
    instrumented(client);
    const { port } = await serve((_request, response) => response.writeHead(statusCode).end());
    await get(port, '/');
    const span = await spanOf(finished);
    expect(span.status).toEqual({ code });
    expect(span.attributes['error.type']).toBe(errorType);
  });

  test('a refused connection is an error, and the application gets it', async () => {
    instrumented(client);
    const { port, server } = await serve(() => {});
    server.close();
    await once(server, 'close');
    const request = http.get({ host: '127.0.0.1', port, agent: false });
    const [error] = (await once(request, 'error')) as [Error];
    const span = await spanOf(finished);
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: error.message });
    expect(span.attributes['error.type']).toBe('ECONNREFUSED');
    expect(span.events.map((event) => event.name)).toEqual(['exception']);
  });

  test('an error that nobody listens for goes where it went before', async () => {
    instrumented(client);
    const request = http.request({ host: '127.0.0.1', port: 1, agent: false });
    request.on('socket', (socket) => socket.destroy());
    expect(() => request.emit('error', new Error('unheard'))).toThrow('unheard');
    request.on('error', () => {});
    request.destroy();
    await spanOf(finished);
  });

  test('what Node refuses is thrown as without instrumentation', async () => {
    instrumented(client);
    expect(() => http.get('no url')).toThrow(expect.objectContaining({ code: 'ERR_INVALID_URL' }));
    expect(() => http.get({ path: '/a b' })).toThrow(expect.objectContaining({ code: 'ERR_UNESCAPED_CHARACTERS' }));
    const span = await spanOf(finished);
    expect(span.attributes['error.type']).toBe('ERR_UNESCAPED_CHARACTERS');
  });

  test('a response that nobody listens for does not block the connection', async () => {
    instrumented(client);
    const port = await mirror();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    await once(http.get({ host: '127.0.0.1', port, agent }), 'close');
    await once(http.get({ host: '127.0.0.1', port, agent }), 'close');
    await spansOf(finished, 2);
  });

  test('a response that is emitted again is described once', async () => {
    const answers: unknown[] = [];
    instrumented({ ...client, responseHook: (_span, response) => answers.push(response.statusCode) });
    const port = await mirror();
    const request = http.get({ host: '127.0.0.1', port, agent: false });
    let heard = 0;
    request.on('response', (response) => {
      heard += 1;
      if (heard === 1) request.emit('response', response);
      else response.resume();
    });
    await once(request, 'close');
    expect(heard).toBe(2);
    expect((await spanOf(finished)).attributes['http.response.status_code']).toBe(200);
    expect(answers).toEqual([200]);
  });

  test('upgrades and tunnels end with the answer', async () => {
    instrumented(client);
    const { server } = await serve(() => {});
    server.on('upgrade', (_request, socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n'),
    );
    server.on('connect', (_request, socket) => socket.write('HTTP/1.1 200 Connected\r\n\r\n'));
    const { port } = server.address() as net.AddressInfo;
    const headers = { connection: 'upgrade', upgrade: 'echo' };
    for (const [event, options] of [
      ['upgrade', { headers }],
      ['connect', { method: 'CONNECT', path: 'shop.example:443' }],
    ] as const) {
      const request = http.request({ host: '127.0.0.1', port, agent: false, ...options }).end();
      const [, socket] = (await once(request, event)) as [IncomingMessage, net.Socket];
      socket.destroy();
    }
    const spans = await spansOf(finished, 2);
    expect(spans.map((span) => [span.name, span.attributes['http.response.status_code']])).toEqual([
      ['GET', 101],
      ['CONNECT', 200],
    ]);
  });
});

describe('what a client span is not made for', () => {
  test('ignored requests, suppressed ones, and those without a required parent', async () => {
    instrumented({
      ...client,
      requireParentForOutgoing: true,
      ignoreOutgoing: [/^\/ignored/, (request) => request.host === 'localhost'],
    });
    const port = await mirror();
    const outer = trace.getTracer('test').startSpan('outer');
    const inside = trace.setSpan(context.active(), outer);
    const at = (path: string, host = '127.0.0.1'): Promise<{ sent: string[] }> =>
      send(() => http.get({ host, port, path, family: 4 }));
    const without = [
      await at('/'),
      await context.with(inside, () => at('/ignored/1')),
      await context.with(inside, () => at('/', 'localhost')),
      await context.with(suppressTracing(inside), () => at('/')),
    ];
    for (const { sent } of without) expect(sent.includes('traceparent')).toBe(false);
    expect(finished()).toHaveLength(0);
    await context.with(inside, () => at('/'));
    expect((await spanOf(finished)).parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
  });
});

describe('options of client spans', () => {
  test('start attributes, hooks, captured headers, sizes, and a template for the name', async () => {
    instrumented({
      ...client,
      bodySizes: true,
      captureHeaders: { client: { request: ['X-Tenant'], response: ['X-Answer'] } },
      startAttributes: (request) => ({
        'url.template': '/orders/{id}',
        'app.host': String(request.header('x-tenant')),
      }),
      requestHook: (span, request) => {
        // The request exists, and what the hook sets is sent.
        if (request.raw instanceof http.ClientRequest) request.raw.setHeader('x-hook', 'set');
        span.setAttribute('app.raw', request.raw instanceof http.ClientRequest);
      },
      responseHook: (span, response) => span.setAttribute('app.status', response.statusCode ?? 0),
    });
    const { port } = await serve((request, response) => {
      response.setHeader('x-answer', String(request.headers['x-hook']));
      request.resume();
      response.end('four');
    });
    await get(port, '/orders/1', { method: 'POST', headers: { 'X-Tenant': 'acme', 'content-length': 0 } });
    const span = await spanOf(finished);
    expect(span.name).toBe('POST /orders/{id}');
    expect(span.attributes).toMatchObject({
      'app.host': 'acme',
      'app.raw': true,
      'app.status': 200,
      'http.request.header.x-tenant': ['acme'],
      'http.response.header.x-answer': ['set'],
      'http.request.body.size': 0,
      'http.response.body.size': 4,
    });
  });

  test('old names', async () => {
    instrumented({ ...client, conventions: 'old' });
    const port = await mirror();
    await get(port, '/a?b=1');
    expect((await spanOf(finished)).attributes).toMatchObject({
      'http.method': 'GET',
      'http.url': `http://127.0.0.1:${port}/a?b=1`,
      'http.target': '/a?b=1',
      'http.status_code': 200,
      'net.peer.name': '127.0.0.1',
      'net.peer.port': port,
    });
  });

  test('what propagators throw does not reach the application', async () => {
    instrumented({
      ...client,
      propagator: {
        fields: () => [],
        inject: () => {
          throw new Error('broken propagator');
        },
        extract: (active: ReturnType<typeof context.active>) => active,
      },
    });
    const port = await mirror();
    expect((await get(port, '/')).status).toBe(200);
    await spanOf(finished);
    expect(propagation.fields()).toContain('traceparent');
  });
});

test('https has its scheme, port and error', async () => {
  instrumented(client);
  const port = await listening(http.createServer());
  const request = https.get({ host: '127.0.0.1', port, path: '/x', agent: false });
  await once(request, 'error');
  const span = await spanOf(finished);
  expect(span.attributes['url.full']).toBe(`https://127.0.0.1:${port}/x`);
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
});
