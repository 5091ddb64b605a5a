import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { tenantOf } from '../http/tenant.ts';
import { clientGone } from '../http/client-gone.ts';
import { answerError } from '../native/native-error.ts';
import { injectingClient } from './inject-client.ts';

export interface McpApiOptions {
  readonly version?: string;
  /** Where people find the web app; by default where the agent's request went. */
  readonly screenUrl?: string;
}

/** Questions are short; a batch of a hundred fits. */
const MAX_BODY_BYTES = 1_048_576;

/**
 * Fastify plugin: `POST /mcp`, the Model Context Protocol over streamable HTTP (specification 2025-11-25, basic/transports).
 * Every request stands for itself: there are no sessions, and answers are plain JSON, so GET and DELETE are not there.
 *
 * The native API has to be mounted on the same server, which also has to see to the names and origins that it answers to.
 */
// Fastify tells promises from callbacks by the function, so it is async without awaiting.
// oxlint-disable-next-line typescript/require-await
export async function mcpApi(scope: FastifyInstance, options: McpApiOptions): Promise<void> {
  scope.setErrorHandler(answerError);
  scope.post('/mcp', { bodyLimit: MAX_BODY_BYTES, schema: { hide: true } }, (request, reply) =>
    answerRequest(scope, options, request, reply),
  );
  scope.route({
    method: ['GET', 'DELETE'],
    url: '/mcp',
    schema: { hide: true },
    handler: (_request, reply) =>
      reply
        .code(405)
        .header('allow', 'POST')
        .send({ error: { code: 'method_not_allowed', message: 'MCP is answered at POST /mcp, without sessions' } }),
  });
}

async function answerRequest(
  scope: FastifyInstance,
  options: McpApiOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const gone = clientGone(reply);
  const tenant = tenantOf(request);
  // Loaded when the first agent asks, so that the server starts without it.
  const [{ createMcpServer }, { WebStandardStreamableHTTPServerTransport }] = await Promise.all([
    import('./mcp-server.ts'),
    import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'),
  ]);
  const server = createMcpServer({
    client: injectingClient(scope, tenant),
    screenUrl: options.screenUrl ?? originOf(request),
    version: options.version ?? 'unknown',
    onDefect: (error) => request.log.error({ err: error }, 'mcp tool failed'),
  });
  // Without a session id generator there are no sessions.
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  // Closing aborts the tools that are under way.
  const close = (): void => void server.close();
  gone.addEventListener('abort', close);
  try {
    await server.connect(transport);
    const answer = transport.handleRequest(webRequest(request), { parsedBody: request.body });
    const response = await Promise.race([answer, aborted(gone)]);
    void reply.code(response.status);
    const type = response.headers.get('content-type');
    if (type !== null) void reply.type(type);
    return await reply.send(await response.text());
  } finally {
    gone.removeEventListener('abort', close);
    close();
  }
}

function originOf(request: FastifyRequest): string {
  const url = `${request.protocol}://${request.headers.host ?? ''}`;
  return URL.canParse(url) ? new URL(url).origin : '';
}

/** What the transport looks at: method and headers. The body has been read. */
function webRequest(request: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return new Request(`http://127.0.0.1${request.url}`, { method: request.method, headers });
}

/** Rejects when the signal aborts, and not before. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
