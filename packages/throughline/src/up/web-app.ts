import type {} from '@fastify/swagger';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { notFound } from './http-listener.ts';
import { webAppFolder } from './web-app-folder.ts';

export interface WebAppOptions {
  /** Where the app lives on its origin, with a slash at both ends. */
  readonly basePath: string;
  /** Sources that may frame it. */
  readonly frameAncestors: readonly string[];
}

/** Everything comes from this server; styles set by scripts go through the CSSOM, so nothing inline is needed. */
function contentSecurityPolicy(frameAncestors: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
  ].join('; ');
}

/** Stands in the built page; the app finds everything from there. */
const BASE_TAG = '<base href="/" />';

const NOT_BUILT = 'The web app is not built. Run "npm run build --workspace=packages/ui" and start again.\n';

/** Every address of the app's own. */
const PAGES = ['/', '/search', '/trace/*', '/services', '/services/*', '/map', '/insights', '/compare', '/status'];

/**
 * The web app's files, and its page for every address of its own: the app routes in the browser. Hashed assets may be cached for ever, the page never.
 */
export async function webApp(scope: FastifyInstance, { basePath, frameAncestors }: WebAppOptions): Promise<void> {
  const root = webAppFolder();
  const index = join(root, 'index.html');
  const built = existsSync(index);
  const policy = contentSecurityPolicy(frameAncestors);
  if (built) {
    await scope.register(fastifyStatic, {
      root,
      index: false,
      wildcard: true,
      setHeaders: (reply, path) => {
        const hashed = path.includes(join('dist', 'assets'));
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        reply.header('x-content-type-options', 'nosniff');
        if (path.endsWith('.html')) reply.header('content-security-policy', policy);
      },
    });
  }
  const page = async (reply: FastifyReply): Promise<FastifyReply> => {
    void reply.headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    });
    if (!built) return reply.code(503).type('text/plain').send(NOT_BUILT);
    const html = await readFile(index, 'utf8');
    return reply.type('text/html; charset=utf-8').send(html.replace(BASE_TAG, `<base href="${basePath}" />`));
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
