import type {} from '@fastify/swagger';
import { CodedError, type SpanColumns } from '@throughline/model';
import {
  columnsFromSpans,
  decodeOtlpColumns,
  decodeOtlpJson,
  decodeSimpleSpans,
  encodeExportResponse,
  encodeRpcStatus,
  parseJsonExactly,
} from '@throughline/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ACCEPTED_ENCODINGS } from './inflate.ts';
import type { Acceptance, Intake } from './intake.ts';
import { refusalOf } from './refusal.ts';
import { codedBodyError, mediaType, rawBody, takeRawBodies, tenantOf } from './request-body.ts';

export interface HttpReceiverOptions {
  readonly intake: Intake;
}

type BodyFormat = 'protobuf' | 'json' | 'simple';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const RECEIVER: Readonly<Record<BodyFormat, string>> = {
  protobuf: 'otlp_http_protobuf',
  json: 'otlp_http_json',
  simple: 'simple_list',
};

/**
 * `POST /v1/traces`: OTLP in protobuf or JSON (OTLP 1.11.0, section OTLP/HTTP), or the simple span list, told apart
 * by the first character of a JSON body. Answers when everything is durable: OTLP with an
 * `ExportTraceServiceResponse` of the request's type, the list with `{"status":"ok","received":n}`. Errors are
 * `google.rpc.Status` for OTLP and `{error:{code,message}}` for the list.
 */
// Fastify wants an async function or a callback from a plugin.
// oxlint-disable-next-line typescript/require-await
export async function otlpHttpReceiver(scope: FastifyInstance, { intake }: HttpReceiverOptions): Promise<void> {
  takeRawBodies(scope);
  scope.setErrorHandler((error, request, reply) => {
    const coded = codedBodyError(error, intake.limits.maxBodyBytes);
    const format = formatOfType(mediaType(request));
    intake.countRefusal(RECEIVER[format], coded);
    if (!(coded instanceof CodedError)) request.log.error({ err: error }, 'ingest failed');
    return refuse(reply, coded, format);
  });
  scope.post(
    '/v1/traces',
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
  const type = mediaType(request);
  let format: BodyFormat = formatOfType(type);
  try {
    if (!isKnownType(type)) {
      throw new CodedError(
        'unsupported_media_type',
        `Content-Type ${JSON.stringify(type)} is not supported; use ${PROTOBUF} or ${JSON_TYPE}`,
      );
    }
    const acceptance = await intake.take({
      receiver: RECEIVER[format],
      tenant: tenantOf(request),
      body: rawBody(request),
      encoding: request.headers['content-encoding'],
      decode: (body) => {
        if (format === 'protobuf') return { columns: decodeOtlpColumns(body) };
        const text = body.toString('utf8');
        if (isList(text)) format = 'simple';
        const columns = format === 'simple' ? decodeList(text, intake) : columnsFromSpans(decodeOtlpJson(text));
        return { columns, receiver: RECEIVER[format] };
      },
    });
    return accept(reply, acceptance, format);
  } catch (error) {
    intake.countRefusal(RECEIVER[format], error);
    if (!(error instanceof CodedError)) request.log.error({ err: error }, 'ingest failed');
    return refuse(reply, error, format);
  }
}

function formatOfType(type: string): BodyFormat {
  return type === PROTOBUF || type === 'application/protobuf' ? 'protobuf' : 'json';
}

/** curl sends `application/x-www-form-urlencoded` when it is told no type; what counts then is the body. */
function isKnownType(type: string): boolean {
  return (
    formatOfType(type) === 'protobuf' ||
    type === JSON_TYPE ||
    type === '' ||
    type === 'text/plain' ||
    type === 'application/x-www-form-urlencoded'
  );
}

function isList(text: string): boolean {
  return /^\uFEFF?\s*\[/.test(text);
}

function decodeList(text: string, intake: Intake): SpanColumns {
  const columns = columnsFromSpans(decodeSimpleSpans(parseJsonExactly(text)));
  if (columns.spanCount === 0 && Object.keys(columns.rejected).length > 0) {
    for (const [reason, count] of Object.entries(columns.rejected)) {
      intake.metrics.spansReceived.inc({ receiver: RECEIVER.simple }, count);
      intake.metrics.spansRejected.inc({ receiver: RECEIVER.simple, reason }, count);
    }
    const reasons = Object.entries(columns.rejected).map(([reason, count]) => `${count} of ${reason}`);
    throw new CodedError('no_valid_span', `None of the list's entries is a valid span: ${reasons.join(', ')}`);
  }
  return columns;
}

function accept(reply: FastifyReply, acceptance: Acceptance, format: BodyFormat): FastifyReply {
  if (format === 'simple') {
    return reply.send({
      status: 'ok',
      received: acceptance.receivedCount - acceptance.rejectedCount,
      ...(acceptance.rejectedCount === 0
        ? {}
        : { rejected: acceptance.rejectedCount, message: acceptance.rejectedMessage }),
    });
  }
  const partial = { rejectedSpans: acceptance.rejectedCount, errorMessage: acceptance.rejectedMessage };
  return reply
    .type(format === 'protobuf' ? PROTOBUF : JSON_TYPE)
    .send(Buffer.from(encodeExportResponse(partial, format)));
}

function refuse(reply: FastifyReply, error: unknown, format: BodyFormat): FastifyReply {
  const refusal = refusalOf(error);
  void reply.code(refusal.httpStatus);
  if (refusal.retryAfterMs !== undefined) {
    void reply.header('retry-after', String(Math.max(1, Math.ceil(refusal.retryAfterMs / 1_000))));
  }
  if (refusal.code === 'unsupported_encoding') void reply.header('accept-encoding', ACCEPTED_ENCODINGS);
  if (format === 'simple') return reply.send({ error: { code: refusal.code, message: refusal.message } });
  const status = encodeRpcStatus(
    {
      code: refusal.grpcCode,
      message: `${refusal.code}: ${refusal.message}`,
      ...(refusal.retryAfterMs === undefined ? {} : { retryDelayMs: refusal.retryAfterMs }),
    },
    format,
  );
  return reply.type(format === 'protobuf' ? PROTOBUF : JSON_TYPE).send(Buffer.from(status));
}
