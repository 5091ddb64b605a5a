import { Readable } from 'node:stream';
import { CodedError, normalizeTraceId } from '@throughline/model';
import {
  encodeDetailBlock,
  encodeJaegerTrace,
  encodeOtlpJson,
  encodeSimpleSpan,
  encodeTraceColumnsHead,
  encodeZipkinSpans,
} from '@throughline/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Completeness } from '../completeness.ts';
import { clientGone } from '../http/client-gone.ts';
import { tenantOf } from '../http/tenant.ts';
import { validParams, validQuery } from '../http/zod-routes.ts';
import { tracesEnvelope } from '../jaeger/envelope.ts';
import type { QueryLimits } from '../limits.ts';
import type { QueryContext } from '../query-context.ts';
import {
  readTrace,
  readTraceColumns,
  type TraceAnswer as TraceAssembly,
  type TraceColumnsAnswer,
} from '../read-trace.ts';
import type { TraceAnswer } from './answer-types.ts';
import { portablePage } from './portable-page.ts';
import { metadataAnswer } from './to-answers.ts';
import { errorAnswer, traceAnswer } from './schemas.ts';

/** Names the codes of an incomplete trace's reasons, for formats that have no place for them. */
const INCOMPLETE_HEADER = 'throughline-incomplete';

/** Made while those before are on their way: a few blocks. */
const SEND_AHEAD_BYTES = 4 * 1024 * 1024;

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
        description:
          `All formats but simple name what may be missing in the header ${INCOMPLETE_HEADER}; ` +
          'columns say within of which spans the attributes are left out.',
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
      const reading = { ...context, signal: clientGone(reply) };
      if (format === 'columns' || format === 'html') {
        const answer = found(await readTraceColumns({ tenant, traceId }, reading), traceId);
        if (!answer.complete) void reply.header(INCOMPLETE_HEADER, reasonCodes(answer));
        if (format === 'html') return sendPage(reply, answer, await context.viewerPage());
        return sendColumns(reply, answer, context.limits);
      }
      const answer = found(await readTrace({ tenant, traceId }, reading), traceId);
      if (!answer.complete && format !== 'simple') void reply.header(INCOMPLETE_HEADER, reasonCodes(answer));
      return sendTrace(reply, format, answer);
    },
  );
}

type JsonFormat = Exclude<(typeof FORMATS)[number], 'columns' | 'html'>;

function found<Answer>(answer: Answer | undefined, traceId: string): Answer {
  if (answer === undefined) throw new CodedError('trace_not_found', `There is no trace ${traceId}`);
  return answer;
}

function reasonCodes({ reasons }: Completeness): string {
  return reasons.map((reason) => reason.code).join(', ');
}

function sendTrace(reply: FastifyReply, format: JsonFormat, answer: TraceAssembly): FastifyReply {
  const { trace } = answer;
  if (format === 'simple') return reply.send(simpleAnswer(answer));
  if (format === 'otlp') return reply.type(JSON_TYPE).send(encodeOtlpJson(trace.spans));
  if (format === 'jaeger') return reply.send(tracesEnvelope([encodeJaegerTrace(trace)]));
  return reply.send(encodeZipkinSpans(trace.spans));
}

async function sendPage(
  reply: FastifyReply,
  answer: TraceColumnsAnswer,
  viewer: string | undefined,
): Promise<FastifyReply> {
  if (viewer === undefined) {
    throw new CodedError('viewer_not_built', 'The web app is not built, so there is no page to put a trace into');
  }
  const { traceId } = answer.columns;
  const page = await portablePage(viewer, traceId, columnPieces(answer), reasonCodes(answer));
  return (
    reply
      .type('text/html; charset=utf-8')
      .header('content-disposition', `attachment; filename="trace-${traceId}.html"`)
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

/** Sent while it is made: the client can show the trace before the details have come, and no copy of these is kept. */
function sendColumns(reply: FastifyReply, answer: TraceColumnsAnswer, { queryTimeoutMs }: QueryLimits): FastifyReply {
  void reply.type('application/octet-stream');
  if (reply.request.method === 'HEAD') return reply.send();
  // Whoever stops to read would keep all of the trace in memory.
  reply.raw.setTimeout(queryTimeoutMs, () => reply.raw.destroy());
  return reply.send(Readable.from(columnPieces(answer), { objectMode: false, highWaterMark: SEND_AHEAD_BYTES }));
}

async function* columnPieces({ columns, details }: TraceColumnsAnswer): AsyncGenerator<Uint8Array, void> {
  yield encodeTraceColumnsHead(columns);
  for await (const block of details) yield* encodeDetailBlock(block);
}
