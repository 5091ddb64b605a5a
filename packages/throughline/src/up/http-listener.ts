import cors from '@fastify/cors';
import { CodedError } from '@throughline/model';
import { queryRouterOptions } from '@throughline/query';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { formatAddress, type ListenAddress, type ListenerName } from '../config/listeners.ts';

const LOCAL_ORIGIN = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/** Names and addresses that mean this machine and nothing else. */
const LOOPBACK_HOST = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;

/** pino's level. */
const WARN = 40;

/** How often connections that have become idle are closed while the server drains. */
const CLOSE_IDLE_INTERVAL_MS = 50;

/** A Fastify server with what all of ours share: our logger, coded errors, CORS, bounded requests, a quick end. */
export async function createHttpServer(options: {
  readonly logger: Logger;
  readonly address: ListenAddress;
  readonly maxBodyBytes: number;
  readonly corsAllowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** Served as if it were not there, with a slash at both ends; for proxies that pass it on. */
  readonly basePath?: string;
}): Promise<FastifyInstance> {
  const { basePath = '/' } = options;
  const app = fastify({
    rewriteUrl: ({ url = '/' }) => withoutBasePath(url, basePath),
    // Fastify's own lines (each request, each address) are of the levels below.
    loggerInstance: options.logger.child({}, { level: options.logger.levelVal < WARN ? 'warn' : options.logger.level }),
    bodyLimit: options.maxBodyBytes,
    // A request must be complete within this time; slow senders do not hold connections for ever.
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      void reply.code(400).send({ error: { code: 'bad_request', message: error.message } });
    },
    routerOptions: queryRouterOptions,
  }) as unknown as FastifyInstance; // Only the logger's type parameter differs.
  guardOrigins(app, options);
  endConnectionsOnClose(app);
  const allowAll = options.corsAllowedOrigins.includes('*');
  await app.register(cors, {
    origin: allowAll ? true : [LOCAL_ORIGIN, ...options.corsAllowedOrigins],
    methods: ['GET', 'HEAD', 'POST'],
    maxAge: 7_200,
  });
  return app;
}

/** An address below the base path as it would be without one; others as they are. */
export function withoutBasePath(url: string, basePath: string): string {
  if (basePath === '/') return url;
  if (url.startsWith(basePath)) return url.slice(basePath.length - 1);
  const bare = basePath.slice(0, -1);
  return url === bare || url.startsWith(`${bare}?`) ? `/${url.slice(bare.length)}` : url;
}

/** What every listener but the one with the web app answers for an address that it does not have. */
export function answerUnknownAddresses(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => reply.code(404).send(notFound(request.method, request.url)));
}

export function notFound(
  method: string,
  url: string,
): { readonly error: { readonly code: string; readonly message: string } } {
  return { error: { code: 'not_found', message: `There is no ${method} ${url.split('?', 1)[0] ?? ''} here` } };
}

/**
 * Keeps web pages of strangers out. A page can reach a loopback address under a name of its own (DNS rebinding), so a
 * server on one answers only to names that mean it; and a page can post without asking, so a request that changes
 * something is refused when it comes from a page of another origin.
 */
function guardOrigins(
  app: Pick<FastifyInstance, 'addHook'>,
  options: {
    readonly address: ListenAddress;
    readonly corsAllowedOrigins: readonly string[];
    readonly allowedHosts: readonly string[];
  },
): void {
  const onLoopback = LOOPBACK_HOST.test(options.address.host);
  const hosts = new Set(options.allowedHosts.map((host) => host.toLowerCase()));
  const origins = new Set(options.corsAllowedOrigins);
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    const name = (host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (onLoopback && name !== '' && !LOOPBACK_HOST.test(name) && !hosts.has(name)) {
      const message = `This server does not answer to the name ${JSON.stringify(name)}; see allowed_hosts`;
      return reply.code(421).send({ error: { code: 'host_not_allowed', message } });
    }
    if (origin === undefined || request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') {
      return undefined;
    }
    const isOwn = origin === `http://${host ?? ''}` || origin === `https://${host ?? ''}`;
    if (isOwn || LOCAL_ORIGIN.test(origin) || origins.has(origin) || origins.has('*')) return undefined;
    const message = `Pages of ${JSON.stringify(origin)} may not send to this server; see cors_allowed_origins`;
    return reply.code(403).send({ error: { code: 'origin_not_allowed', message } });
  });
}

/** Clients keep their connections; while the server drains, each is ended as soon as nothing is under way on it. */
function endConnectionsOnClose(app: Pick<FastifyInstance, 'addHook' | 'server'>): void {
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    closing = true;
    timer = setInterval(() => app.server.closeIdleConnections(), CLOSE_IDLE_INTERVAL_MS);
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
  });
  app.addHook('onRequest', async (_request, reply) => {
    if (!closing) return undefined;
    const error = { code: 'closing', message: 'The server is shutting down' };
    return reply.code(503).headers({ 'retry-after': '1', connection: 'close' }).send({ error });
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) void reply.header('connection', 'close');
  });
}

/**
 * Listens, and says where.
 *
 * @throws CodedError `address_in_use` or `address_not_available`, naming the flag
 */
export async function listen(app: FastifyInstance, name: ListenerName, address: ListenAddress): Promise<ListenAddress> {
  try {
    await app.listen({ host: address.host, port: address.port });
  } catch (error) {
    throw listenError(error, name, address);
  }
  const bound = app.server.address();
  return { host: address.host, port: typeof bound === 'object' && bound !== null ? bound.port : address.port };
}

/** A listener's failure in words that name its flag. */
export function listenError(error: unknown, name: ListenerName, address: ListenAddress): CodedError {
  const code = (error as { code?: unknown } | null)?.code;
  const where = formatAddress(address);
  if (code === 'EADDRINUSE' || code === 'address_in_use') {
    return new CodedError(
      'address_in_use',
      `${where} is in use by another program; choose another address with --${name} HOST:PORT, or --${name} off`,
      { cause: error },
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new CodedError('address_not_available', `Cannot listen on ${where} (--${name}): ${reason}`, { cause: error });
}
