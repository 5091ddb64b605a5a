import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CodedError, parseTenant } from '@throughline/model';

/** Makes a Fastify scope hand request bodies over as they came, whatever their type. */
export function takeRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
}

const EMPTY = Buffer.alloc(0);

/** The body that {@link takeRawBodies} left, empty if there was none. */
export function rawBody(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : EMPTY;
}

/** The media type in lower case without its parameters, `''` if there is none. */
export function mediaType(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** @throws CodedError `invalid_tenant` */
export function tenantOf(request: FastifyRequest): string {
  const header = request.headers['x-scope-orgid'];
  return parseTenant(Array.isArray(header) ? header.join(',') : header);
}

/** Fastify's own refusal of a body as one of ours. */
export function codedBodyError(error: unknown, maxBodyBytes: number): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new CodedError(
      'body_too_large',
      `The request is larger than ${maxBodyBytes} bytes; send smaller batches or raise the limit (max_body_bytes)`,
    );
  }
  if (typeof code === 'string' && code.startsWith('FST_ERR_CTP_')) {
    return new CodedError('malformed_payload', 'The request body does not match its Content-Length');
  }
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return new CodedError('client_gone', 'The client closed the connection before its request was complete');
  }
  return error;
}
