import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { withoutBasePath } from '../../src/up/http-listener.ts';
import { webApp, type WebAppOptions } from '../../src/up/web-app.ts';

let app: FastifyInstance;
afterEach(() => app.close());

async function get(path: string, options: Partial<WebAppOptions> = {}) {
  app = fastify();
  await app.register(webApp, { basePath: '/', frameAncestors: [], ...options });
  return app.inject({ url: path, headers: { accept: 'text/html' } });
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

test('the page says where it lives', async () => {
  const page = await get('/search', { basePath: '/tools/tracing/' });
  // 503 where the app is not built.
  if (page.statusCode === 200) expect(page.body).toContain('<base href="/tools/tracing/" />');
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
