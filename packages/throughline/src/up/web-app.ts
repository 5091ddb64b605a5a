import type {} from '@fastify/swagger';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { notFound } from './http-listener.ts';

/** Everything comes from this server; styles set by scripts go through the CSSOM, so nothing inline is needed. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const NOT_BUILT = 'The web app is not built. Run "npm run build --workspace=packages/ui" and start again.\n';

/** Every address of the app's own. */
const PAGES = ['/', '/search', '/trace/*', '/services', '/services/*', '/map', '/insights', '/compare', '/status'];

/**
 * The web app's files, and its page for every address of its own: the app routes in the browser. Hashed assets may be cached for ever, the page never.
 */
export async function webApp(scope: FastifyInstance): Promise<void> {
  const root = join(dirname(fileURLToPath(import.meta.resolve('@throughline/ui/package.json'))), 'dist');
  const built = existsSync(join(root, 'index.html'));
  if (built) {
    await scope.register(fastifyStatic, {
      root,
      index: false,
      wildcard: true,
      setHeaders: (reply, path) => {
        const hashed = path.includes(join('dist', 'assets'));
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        reply.header('x-content-type-options', 'nosniff');
        if (path.endsWith('.html')) reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
      },
    });
  }
  const page = (reply: FastifyReply): FastifyReply => {
    void reply.headers({
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    return built ? reply.sendFile('index.html') : reply.code(503).type('text/plain').send(NOT_BUILT);
  };
  for (const path of PAGES) {
    scope.get(path, { schema: { hide: true } }, (_request, reply) => page(reply));
  }
  scope.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
    if (isPage) return page(reply.code(404));
    return reply.code(404).send(notFound(request.method, request.url));
  });
}
