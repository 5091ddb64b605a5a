import type {} from '@fastify/swagger';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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
 * The web app's files, and its page for every address of its own: the app routes in the browser. Hashed assets may be
 * cached for ever, the page never. The page is read once: after another build of the app the server is started again.
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
      // The build leaves each text beside itself as `.br` and `.gz`.
      preCompressed: true,
      setHeaders: (reply, path) => {
        const hashed = path.includes(join('dist', 'assets'));
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        reply.header('x-content-type-options', 'nosniff');
        if (path.endsWith('.html')) reply.header('content-security-policy', policy);
      },
    });
  }
  const html = built ? (await readFile(index, 'utf8')).replace(BASE_TAG, `<base href="${basePath}" />`) : '';
  const compressed = gzipSync(html);
  const page = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    void reply.headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      // Another plugin may have named the origin.
      vary: [reply.getHeader('vary'), 'accept-encoding'].filter(Boolean).join(', '),
    });
    if (!built) return reply.code(503).type('text/plain').send(NOT_BUILT);
    void reply.type('text/html; charset=utf-8');
    return takesGzip(request) ? reply.header('content-encoding', 'gzip').send(compressed) : reply.send(html);
  };
  for (const path of PAGES) {
    scope.get(path, { schema: { hide: true } }, page);
  }
  scope.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
    if (isPage) return page(request, reply.code(404));
    return reply.code(404).send(notFound(request.method, request.url));
  });
}

/** Whether it names gzip among the encodings that it accepts, and not with `q=0`. */
function takesGzip({ headers }: FastifyRequest): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(headers['accept-encoding'] ?? '');
}
