import { CodedError, normalizeTraceId } from '@throughline/model';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { clientGone } from '../http/client-gone.ts';
import { integer } from '../http/parameters.ts';
import { tenantOf } from '../http/tenant.ts';
import { validParams, validQuery } from '../http/zod-routes.ts';
import type { QueryContext } from '../query-context.ts';
import { readTraces, type TraceAnswer } from '../read-trace.ts';
import { traceAnalysisAnswer, traceComparisonAnswer } from './analysis-schemas.ts';
import { errorAnswer } from './schemas.ts';
import { traceAnalysisAnswerOf, traceComparisonAnswerOf } from './to-analysis-answers.ts';

const traceId = z.string().meta({ description: 'Hex; shorter ids are padded with zeros on the left' });
const params = z.strictObject({ traceId });
const errors = { '4xx': errorAnswer, '5xx': errorAnswer };

/** `GET /v1/analysis/traces/:traceId`, `GET /v1/analysis/compare` */
export function analysisRoutes(scope: FastifyInstance, context: QueryContext): void {
  const { defaultAnalysisLimit, maxAnalysisLimit } = context.limits;
  const limit = integer(1, maxAnalysisLimit).optional();
  const traceQuery = z.strictObject({ limit });
  const compareQuery = z.strictObject({ a: traceId, b: traceId, limit });

  scope.get(
    '/v1/analysis/traces/:traceId',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'analyzeTrace',
        summary: 'Say why a trace took as long as it did: critical path, gaps, patterns and what each would save',
        description: 'Every list has at most `limit` entries; of the critical path these are the longest segments.',
        params,
        querystring: traceQuery,
        response: { 200: traceAnalysisAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { traceId: written } = validParams(request, params);
      const query = validQuery(request, traceQuery);
      const [answer] = await storedTraces(tenantOf(request), [written], { ...context, signal: clientGone(reply) });
      return traceAnalysisAnswerOf(answer, query.limit ?? defaultAnalysisLimit);
    },
  );

  scope.get(
    '/v1/analysis/compare',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'compareTraces',
        summary: 'Compare trace b with trace a, span by span',
        description:
          'Spans are paired by service, kind and operation below paired parents. A trace compared with itself has empty lists.',
        querystring: compareQuery,
        response: { 200: traceComparisonAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const query = validQuery(request, compareQuery);
      const tenant = tenantOf(request);
      const [a, b] = await storedTraces(tenant, [query.a, query.b], { ...context, signal: clientGone(reply) });
      return traceComparisonAnswerOf(a, b, query.limit ?? defaultAnalysisLimit);
    },
  );
}

/**
 * The traces in the order asked, the same one twice if it was asked for twice.
 *
 * @throws CodedError `invalid_trace_id`, `trace_not_found`, and what reading throws.
 */
async function storedTraces<Ids extends readonly string[]>(
  tenant: string,
  written: readonly [...Ids],
  context: Parameters<typeof readTraces>[1],
): Promise<{ readonly [Index in keyof Ids]: TraceAnswer }> {
  const traceIds = written.map((id) => {
    const normalized = normalizeTraceId(id);
    if (normalized !== undefined) return normalized;
    throw new CodedError('invalid_trace_id', 'A trace id is 1 to 32 hex digits, not all zero');
  });
  const answers = await readTraces({ tenant, traceIds: [...new Set(traceIds)] }, context);
  const found = traceIds.map((id) => {
    const answer = answers.find(({ trace }) => trace.traceId === id);
    if (answer !== undefined) return answer;
    throw new CodedError('trace_not_found', `There is no trace ${id}`);
  });
  // As long as the ids that it was mapped from.
  return found as unknown as { readonly [Index in keyof Ids]: TraceAnswer };
}
