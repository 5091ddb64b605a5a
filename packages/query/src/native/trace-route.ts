import { CodedError, normalizeTraceId, type Trace } from '@throughline/model';
import {
  buildTraceColumns,
  encodeJaegerTrace,
  encodeOtlpJson,
  encodeSimpleSpan,
  encodeTraceColumns,
  encodeZipkinSpans,
} from '@throughline/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { clientGone } from '../http/client-gone.ts';
import { tenantOf } from '../http/tenant.ts';
import { validParams, validQuery } from '../http/zod-routes.ts';
import { tracesEnvelope } from '../jaeger/envelope.ts';
import type { QueryContext } from '../query-context.ts';
import { readTrace, type TraceAnswer as TraceAssembly } from '../read-trace.ts';
import type { TraceAnswer } from './answer-types.ts';
import { portablePage } from './portable-page.ts';
import { metadataAnswer } from './to-answers.ts';
import { errorAnswer, traceAnswer } from './schemas.ts';

/** Names the codes of an incomplete trace's reasons, for formats that have no place for them. */
const INCOMPLETE_HEADER = 'throughline-incomplete';

const JSON_TYPE = 'application/json; charset=utf-8';
const FORMATS = ['simple', 'otlp', 'jaeger', 'zipkin', 'columns', 'html'] as const;

const params = z.strictObject({
  traceId: z.string().meta({ description: 'Hex; shorter ids are padded with zeros on the left' }),
});
const query = z.strictObject({
  format: z
    .enum(FORMATS, { error: `must be one of ${FORMATS.join(', ')}` })
    .optional()
    .meta({
      description:
        'simple by default; columns is the binary form that the UI draws; html is a file that shows the trace by itself',
    }),
});

/** `GET /v1/traces/:traceId` */
export function traceRoute(scope: FastifyInstance, context: QueryContext): void {
  scope.get(
    '/v1/traces/:traceId',
    {
      schema: {
        tags: ['traces'],
        operationId: 'getTrace',
        summary: 'Get a trace',
        description: `All formats but simple name what may be missing in the header ${INCOMPLETE_HEADER}.`,
        params,
        querystring: query,
        response: { 200: traceAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    async (request, reply) => {
      const tenant = tenantOf(request);
      const { traceId: written } = validParams(request, params);
      const { format = 'simple' } = validQuery(request, query);
      const traceId = normalizeTraceId(written);
      if (traceId === undefined) {
        throw new CodedError('invalid_trace_id', 'A trace id is 1 to 32 hex digits, not all zero');
      }
      const answer = await readTrace({ tenant, traceId }, { ...context, signal: clientGone(reply) });
      if (answer === undefined) throw new CodedError('trace_not_found', `There is no trace ${traceId}`);
      if (!answer.complete && format !== 'simple') void reply.header(INCOMPLETE_HEADER, reasonCodes(answer));
      if (format === 'html') return sendPage(reply, answer, await context.viewerPage());
      return sendTrace(reply, format, answer);
    },
  );
}

type Format = Exclude<(typeof FORMATS)[number], 'html'>;

function reasonCodes({ reasons }: TraceAssembly): string {
  return reasons.map((reason) => reason.code).join(', ');
}

function sendTrace(reply: FastifyReply, format: Format, answer: TraceAssembly): FastifyReply {
  const { trace } = answer;
  if (format === 'simple') return reply.send(simpleAnswer(answer));
  if (format === 'otlp') return reply.type(JSON_TYPE).send(encodeOtlpJson(trace.spans));
  if (format === 'jaeger') return reply.send(tracesEnvelope([encodeJaegerTrace(trace)]));
  if (format === 'zipkin') return reply.send(encodeZipkinSpans(trace.spans));
  return reply.type('application/octet-stream').send(columnBytes(trace));
}

async function sendPage(reply: FastifyReply, answer: TraceAssembly, viewer: string | undefined): Promise<FastifyReply> {
  if (viewer === undefined) {
    throw new CodedError('viewer_not_built', 'The web app is not built, so there is no page to put a trace into');
  }
  const { trace } = answer;
  const page = await portablePage(viewer, trace.traceId, columnBytes(trace), reasonCodes(answer));
  return (
    reply
      .type('text/html; charset=utf-8')
      .header('content-disposition', `attachment; filename="trace-${trace.traceId}.html"`)
      // Should a browser show it all the same: not as a page of this origin.
      .header('content-security-policy', 'sandbox allow-scripts')
      .send(page)
  );
}

function simpleAnswer({ trace, complete, reasons }: TraceAssembly): TraceAnswer {
  return {
    trace_id: trace.traceId,
    spans: trace.spans.map((span) => encodeSimpleSpan(span)),
    metadata: metadataAnswer(trace),
    complete,
    reasons,
  };
}

/** Fastify sends a Buffer as it is. */
function columnBytes(trace: Trace): Buffer {
  const bytes = encodeTraceColumns(buildTraceColumns(trace));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
