import type {} from '@fastify/swagger';
import { type Intake, refusalOf } from '@throughline/collector';
import { CodedError, parseTenant } from '@throughline/model';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { importUpload, tooLarge } from './import-upload.ts';

export interface ImportRouteOptions {
  readonly intake: Intake;
  /** Of a file, before and after inflation. */
  readonly maxBytes: number;
}

/** A file may be held in memory as a whole, so only so many are read at the same time. */
const MAX_CONCURRENT_IMPORTS = 2;

/**
 * `POST /v1/import`: a file of traces as the request's body, in any format that `throughline import` reads, whatever its
 * content type; gzip and zstd are told by their first bytes.
 */
// Fastify wants an async function or a callback from a plugin.
// oxlint-disable-next-line typescript/require-await
export async function importRoute(scope: FastifyInstance, { intake, maxBytes }: ImportRouteOptions): Promise<void> {
  scope.removeAllContentTypeParsers();
  // The body is read by the route, piece by piece.
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  scope.setErrorHandler((error, request, reply) => {
    intake.countRefusal('import', error);
    if (!(error instanceof CodedError)) request.log.error({ err: error }, 'import failed');
    return refuse(reply, error);
  });
  let running = 0;
  scope.post(
    '/v1/import',
    {
      bodyLimit: maxBytes,
      schema: {
        tags: ['traces'],
        operationId: 'importFile',
        summary: 'Store the traces of a file',
        description:
          'OTLP JSON or protobuf, JSON lines, length-prefixed OTLP, Jaeger, Zipkin or simple JSON, also as gzip or zstd; ' +
          'the format is found out. Answers when all spans are durable.',
      },
    },
    async (request, reply) => {
      // Whatever the content type is, so that a browser lets every page on the web post here without asking first.
      const site = request.headers['sec-fetch-site'];
      const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
      if (isForeign && !reply.hasHeader('access-control-allow-origin')) {
        throw new CodedError('origin_not_allowed', 'Pages of this origin may not import files (cors_allowed_origins)');
      }
      if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
      if (running >= MAX_CONCURRENT_IMPORTS) {
        throw new CodedError('overloaded', 'Other files are being imported; try again shortly', {
          retryable: true,
          retryAfterMs: 2_000,
        });
      }
      const header = request.headers['x-scope-orgid'];
      const tenant = parseTenant(Array.isArray(header) ? header.join(',') : header);
      running++;
      try {
        return await importUpload({ content: request.raw, tenant, intake, maxBytes });
      } finally {
        running--;
      }
    },
  );
}

function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  const { code, message, httpStatus, retryAfterMs } = refusalOf(error);
  if (retryAfterMs !== undefined)
    void reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))));
  // What is left of the body is not read, so the connection cannot be used again.
  if (code === 'body_too_large') void reply.header('connection', 'close');
  return reply.code(httpStatus).send({ error: { code, message } });
}
