import type {} from '@fastify/swagger';
import { CodedError } from '@throughline/model';
import { columnsFromSpans, decodeJaegerThrift } from '@throughline/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Intake } from './intake.ts';
import type { HttpReceiverOptions } from './otlp-http-receiver.ts';
import { refusalOf } from './refusal.ts';
import { codedBodyError, mediaType, rawBody, takeRawBodies, tenantOf } from './request-body.ts';

const RECEIVER = 'jaeger_thrift_http';

/** The types that Jaeger clients send their Thrift binary batches with. */
const THRIFT_TYPES: ReadonlySet<string> = new Set(['application/x-thrift', 'application/vnd.apache.thrift.binary']);

/**
 * `POST /api/traces`: a Jaeger `Batch` in Thrift's binary protocol, as the Jaeger collector takes it on 14268.
 * Answers 202 without a body when the batch is durable. Spans without valid ids are left out and counted.
 */
// oxlint-disable-next-line typescript/require-await
export async function jaegerHttpReceiver(scope: FastifyInstance, { intake }: HttpReceiverOptions): Promise<void> {
  takeRawBodies(scope);
  scope.setErrorHandler((error, request, reply) => {
    const coded = codedBodyError(error, intake.limits.maxBodyBytes);
    intake.countRefusal(RECEIVER, coded);
    if (!(coded instanceof CodedError)) request.log.error({ err: error }, 'ingest failed');
    return refuse(reply, coded);
  });
  scope.post(
    '/api/traces',
    {
      bodyLimit: intake.limits.maxBodyBytes,
      onRequest: async () => {
        intake.checkCapacity();
      },
      schema: { hide: true },
    },
    (request, reply) => receive(intake, request, reply),
  );
}

async function receive(intake: Intake, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  try {
    const type = mediaType(request);
    if (!THRIFT_TYPES.has(type)) {
      throw new CodedError(
        'unsupported_media_type',
        `Content-Type ${JSON.stringify(type)} is not supported; use ${[...THRIFT_TYPES].join(' or ')}`,
      );
    }
    const acceptance = await intake.take({
      receiver: RECEIVER,
      tenant: tenantOf(request),
      body: rawBody(request),
      encoding: request.headers['content-encoding'],
      decode: (body) => ({ columns: columnsFromSpans(decodeJaegerThrift(body)) }),
    });
    void reply.code(202);
    if (acceptance.rejectedCount > 0) void reply.header('x-throughline-rejected', acceptance.rejectedMessage);
    return reply.send();
  } catch (error) {
    intake.countRefusal(RECEIVER, error);
    if (!(error instanceof CodedError)) request.log.error({ err: error }, 'ingest failed');
    return refuse(reply, error);
  }
}

function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  const { code, message, httpStatus, retryAfterMs } = refusalOf(error);
  if (retryAfterMs !== undefined)
    void reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))));
  return reply.code(httpStatus).send({ error: { code, message } });
}
