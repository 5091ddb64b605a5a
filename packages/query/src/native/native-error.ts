import { CodedError } from '@throughline/model';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { httpStatus } from '../http/http-status.ts';
import { ParameterError } from '../http/parameter-error.ts';
import { retryAfterSeconds } from '../http/retry-after.ts';
import { QueryTextError } from '../query-text.ts';

/** Answers a failed request with `{error: {code, message, ...}}`; what is not a coded error is logged and hidden. */
export function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof CodedError)) {
    const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
    if (status >= 400 && status < 500) {
      return reply.code(status).send({ error: { code: 'invalid_request', message: error.message } });
    }
    request.log.error({ err: error }, 'query failed');
    return reply.code(500).send({ error: { code: 'internal', message: 'The query failed because of a defect' } });
  }
  const status = httpStatus(error.code);
  if (status >= 500) request.log.error({ err: error }, 'query failed');
  if (error.retryable) void reply.header('retry-after', retryAfterSeconds(error));
  return reply.code(status).send({ error: { code: error.code, message: error.message, ...details(error) } });
}

function details(error: CodedError): object {
  if (error instanceof ParameterError) return { parameter: error.parameter, suggestion: error.suggestion };
  if (error instanceof QueryTextError) {
    const { code, position, suggestion } = error.queryError;
    return { reason: code, position, suggestion };
  }
  return {};
}
