import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import { expect, onTestFinished, test } from 'vitest';

import { useOfficialProvider } from '../helpers/official-provider.ts';
import { get, instrumented, serve, spanOf } from './http-fixture.ts';

const finished = useOfficialProvider();
const client = { incoming: false } as const;

// The newest undici that the repository has, beside the one inside Node.
const undici = createRequire(import.meta.url)('undici') as {
  request(url: string, options: object): Promise<{ readonly body: { text(): Promise<string> } }>;
  ProxyAgent: new (options: object) => { close(): Promise<void> };
};

test.each<[string, http.RequestOptions, Record<string, unknown>]>([
  [
    'an absolute URL, to a proxy',
    { path: 'http://user:secret@target.example:8080/x?q=1&sig=abc' },
    {
      'url.full': 'http://REDACTED:REDACTED@target.example:8080/x?q=1&sig=REDACTED',
      'server.address': 'target.example',
      'server.port': 8080,
      'http.url': 'http://REDACTED:REDACTED@target.example:8080/x?q=1&sig=REDACTED',
      'http.target': '/x?q=1&sig=REDACTED',
      'net.peer.name': 'target.example',
    },
  ],
  [
    'an absolute URL of https without a path',
    { path: 'HTTPS://[::1]?q=1' },
    { 'url.full': 'https://[::1]/?q=1', 'server.address': '::1', 'server.port': 443, 'http.target': '/?q=1' },
  ],
  [
    'host and port, of CONNECT',
    { method: 'CONNECT', path: 'user:secret@target.example:8443' },
    {
      'url.full': 'http://REDACTED:REDACTED@target.example:8443',
      'server.address': 'target.example',
      'server.port': 8443,
      'http.target': 'target.example:8443',
    },
  ],
])('a target that is %s', async (_what, options, attributes) => {
  instrumented({ ...client, conventions: 'both' });
  const { port, server } = await serve((_request, response) => response.end());
  server.on('connect', (_request, socket) => socket.end('HTTP/1.1 200 Connected\r\n\r\n'));
  const request = http.request({ host: '127.0.0.1', port, agent: false, ...options }).end();
  request.on('response', (response) => response.resume());
  request.on('connect', (_response, socket) => socket.destroy());
  await once(request, 'close');
  const span = await spanOf(finished);
  expect(span.attributes).toMatchObject({ ...attributes, 'network.peer.port': port });
  expect(JSON.stringify(span.attributes)).not.toMatch(/secret|abc/);
});

test('OPTIONS * has a URL without a path', async () => {
  instrumented({ ...client, conventions: 'both' });
  const { port } = await serve((_request, response) => response.end());
  await get(port, '*', { method: 'OPTIONS' });
  expect((await spanOf(finished)).attributes).toMatchObject({
    'url.full': `http://127.0.0.1:${port}`,
    'http.target': '*',
  });
});

test('through a proxy without a tunnel the URL is the one that is meant', async () => {
  instrumented(client);
  const { port: proxy } = await serve((request, response) => response.end(request.url));
  const dispatcher = new undici.ProxyAgent({ uri: `http://127.0.0.1:${proxy}`, proxyTunnel: false });
  onTestFinished(() => dispatcher.close());
  const { body } = await undici.request('http://target.example:8080/x?q=1&sig=abc', { dispatcher });
  expect(await body.text()).toContain('http://target.example:8080/x');
  expect((await spanOf(finished)).attributes).toMatchObject({
    'url.full': 'http://target.example:8080/x?q=1&sig=REDACTED',
    'url.path': '/x',
    'url.query': 'q=1&sig=REDACTED',
    'server.address': 'target.example',
    'server.port': 8080,
    'network.peer.port': proxy,
  });
});
