import { gunzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { withoutBasePath } from '../../src/up/http-listener.ts';
import { webApp, type WebAppOptions } from '../../src/up/web-app.ts';

let app: FastifyInstance;
afterEach(() => app.close());

async function get(path: string, options: Partial<WebAppOptions> = {}, encodings = '') {
  app = fastify();
  await app.register(webApp, { basePath: '/', frameAncestors: [], ...options });
  return app.inject({ url: path, headers: { accept: 'text/html', 'accept-encoding': encodings } });
}

test('no page may frame the app unless it is told', async () => {
  expect((await get('/trace/1')).headers['content-security-policy']).toContain("frame-ancestors 'none'");
  await app.close();
  const framed = await get('/trace/1?embed=1', { frameAncestors: ["'self'", 'https://grafana.example'] });
  expect(framed.headers['content-security-policy']).toContain("frame-ancestors 'self' https://grafana.example");
});

test('the policy has no place for inline scripts and styles', async () => {
  const policy = String((await get('/')).headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|data:.*script/);
});

test('the page says where it lives', async (context) => {
  const page = await get('/search', { basePath: '/tools/tracing/' });
  context.skip(page.statusCode === 503, 'The app is not built');
  expect(page.body).toContain('<base href="/tools/tracing/" />');
});

test.for<[string, boolean]>([
  ['gzip, deflate, br', true],
  ['GZIP;q=0.5', true],
  ['gzip;q=0, br', false],
  ['br', false],
  ['', false],
])('the page and its scripts come compressed to who accepts %j: %s', async ([accepted, expected], context) => {
  const page = await get('/search', {}, accepted);
  context.skip(page.statusCode === 503, 'The app is not built');
  expect(page.headers['content-encoding']).toBe(expected ? 'gzip' : undefined);
  const html = (expected ? gunzipSync(page.rawPayload) : page.rawPayload).toString();
  expect(html).toContain('<title>Throughline</title>');
  const script = /"\.(\/assets\/index-[^"]+\.js)"/.exec(html)?.[1] ?? '';
  const answer = await app.inject({ url: script, headers: { 'accept-encoding': accepted } });
  expect(answer.statusCode).toBe(200);
  const encoding = accepted.includes('br') ? 'br' : expected ? 'gzip' : undefined;
  expect(answer.headers['content-encoding']).toBe(encoding);
  expect(answer.headers['content-type']).toContain('javascript');
  expect(answer.headers['cache-control']).toContain('immutable');
  expect(answer.headers['vary']).toMatch(/accept-encoding/i);
});

describe('addresses below a base path', () => {
  test.each([
    ['/t/search?q=1', '/search?q=1'],
    ['/t/', '/'],
    ['/t', '/'],
    ['/t?x=1', '/?x=1'],
    ['/v1/traces', '/v1/traces'],
    ['/tea', '/tea'],
  ])('%s is %s', async (url, expected) => {
    app = fastify();
    expect(withoutBasePath(url, '/t/')).toBe(expected);
    expect(withoutBasePath(url, '/')).toBe(url);
  });
});
