import { spanFilter } from '@throughline/traceql';
import { encodeJaegerTrace } from '@throughline/wire';
import type { FastifyInstance } from 'fastify';
import { clientGone } from '../http/client-gone.ts';
import { ParameterError } from '../http/parameter-error.ts';
import { tenantOf } from '../http/tenant.ts';
import { validQuery } from '../http/zod-routes.ts';
import type { QueryContext } from '../query-context.ts';
import { readTraces } from '../read-trace.ts';
import { findMatchingTraces } from '../search-traces.ts';
import { type JaegerError, tracesEnvelope } from './envelope.ts';
import {
  jaegerTags,
  jaegerTraceId,
  type SearchParameters,
  searchParameters,
  searchWindow,
} from './jaeger-parameters.ts';
import { sendEnvelope } from './jaeger-reply.ts';
import { errorAnswer, tracesAnswer } from './schemas.ts';
import { jaegerTagCondition } from './tag-conditions.ts';

interface FoundTraces {
  readonly data: readonly object[];
  readonly errors: readonly JaegerError[];
}

interface RequestContext extends QueryContext {
  readonly tenant: string;
  readonly signal: AbortSignal;
}

/** `GET /api/traces` */
export function jaegerSearchRoute(scope: FastifyInstance, context: QueryContext): void {
  scope.get(
    '/api/traces',
    {
      schema: {
        tags: ['jaeger'],
        operationId: 'jaegerSearchTraces',
        summary: 'Search traces',
        description:
          'A trace is found when one of its spans has the service, operation, tags and duration and started within ' +
          'the window. Newest first. What the answer lacks is told in errors.',
        querystring: searchParameters,
        response: { 200: tracesAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    async (request, reply) => {
      const given = validQuery(request, searchParameters, 'first');
      const requestContext = { ...context, tenant: tenantOf(request), signal: clientGone(reply) };
      const { data, errors } =
        given.traceID === undefined
          ? await search(given, requestContext)
          : await readEach(given.traceID.map(parseId), requestContext);
      return sendEnvelope(reply, tracesEnvelope(data, errors), given.prettyPrint);
    },
  );
}

function parseId(text: string): string {
  const id = jaegerTraceId(text);
  if (id === undefined)
    throw new ParameterError(
      'invalid_parameter',
      'traceID',
      `Parameter "traceID": ${JSON.stringify(text)} is no trace id`,
    );
  return id;
}

async function readEach(traceIds: readonly string[], context: RequestContext): Promise<FoundTraces> {
  const { data, errors, found } = await read([...new Set(traceIds)], context);
  const missing = traceIds.filter((id) => !found.has(id)).map((traceID) => ({ msg: 'trace not found', traceID }));
  return { data, errors: [...errors, ...missing] };
}

async function search(given: SearchParameters, context: RequestContext): Promise<FoundTraces> {
  const { limits } = context;
  if (given.service === undefined) {
    throw new ParameterError('invalid_parameter', 'service', "parameter 'service' is required");
  }
  const { minDuration, maxDuration } = given;
  if (minDuration !== undefined && maxDuration !== undefined && minDuration > maxDuration) {
    throw new ParameterError('invalid_parameter', 'maxDuration', "'maxDuration' should be greater than 'minDuration'");
  }
  const query = spanFilter({
    service: given.service,
    operation: given.operation,
    conditions: jaegerTags(given).map(([key, value]) => jaegerTagCondition(key, value)),
    minSpanDurationNano: minDuration,
    maxSpanDurationNano: maxDuration,
  });
  const asked = given.limit || limits.defaultSearchLimit;
  const limit = Math.min(asked, limits.maxSearchLimit);
  const window = searchWindow(given, context.nowUnixNano);
  const matching = await findMatchingTraces({ tenant: context.tenant, query, window, order: 'newest', limit }, context);
  const { data, errors } = await read(
    matching.traces.map((trace) => trace.traceId),
    context,
  );
  const reasons: JaegerError[] = matching.reasons.map(({ message }) => ({ msg: message }));
  if (limit < asked && matching.traces.length === limit && matching.cursor !== undefined) {
    reasons.push({ msg: `there are more traces; one search answers with at most ${limit}` });
  }
  return { data, errors: [...reasons, ...errors] };
}

/** Traces read at a time: bounds how far an answer can pass its limit of spans. */
const READ_BATCH_TRACES = 20;

async function read(
  traceIds: readonly string[],
  context: RequestContext,
): Promise<FoundTraces & { readonly found: ReadonlySet<string> }> {
  const { tenant, limits, signal } = context;
  const data: object[] = [];
  const errors: JaegerError[] = [];
  const found = new Set<string>();
  let spanCount = 0;
  for (let i = 0; i < traceIds.length; i += READ_BATCH_TRACES) {
    signal.throwIfAborted();
    const batch = traceIds.slice(i, i + READ_BATCH_TRACES);
    for (const { trace, reasons } of await readTraces({ tenant, traceIds: batch }, context)) {
      found.add(trace.traceId);
      if (spanCount > 0 && spanCount + trace.spans.length > limits.maxSpansPerAnswer) {
        const left = traceIds.length - data.length;
        errors.push({
          msg: `${left} traces are left out: one answer holds at most ${limits.maxSpansPerAnswer} spans`,
        });
        return { data, errors, found: new Set(traceIds) };
      }
      spanCount += trace.spans.length;
      data.push(encodeJaegerTrace(trace));
      for (const { code, message } of reasons) {
        if (code === 'trace_truncated') errors.push({ msg: message, traceID: trace.traceId });
      }
    }
  }
  return { data, errors, found };
}
