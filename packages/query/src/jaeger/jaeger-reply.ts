import { CodedError } from '@throughline/model';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { httpStatus } from '../http/http-status.ts';
import { retryAfterSeconds } from '../http/retry-after.ts';
import { errorEnvelope, type JaegerEnvelope } from './envelope.ts';

const INDENT = '    ';

/** Sends an envelope, indented where `prettyPrint` asks for it. */
export function sendEnvelope(reply: FastifyReply, envelope: JaegerEnvelope, prettyPrint?: string): FastifyReply {
  if (prettyPrint === undefined || prettyPrint === 'false') return reply.send(envelope);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(envelope, null, INDENT));
}

/** Answers a failed request in Jaeger's envelope, under the same status as the native API would. */
export function answerJaegerError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof CodedError) {
    const status = httpStatus(error.code);
    if (status >= 500) request.log.error({ err: error }, 'query failed');
    if (error.retryable) void reply.header('retry-after', retryAfterSeconds(error));
    return reply.code(status).send(errorEnvelope(status, error.message));
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status >= 400 && status < 500) return reply.code(status).send(errorEnvelope(status, error.message));
  request.log.error({ err: error }, 'query failed');
  return reply.code(500).send(errorEnvelope(500, 'the query failed because of a defect'));
}
