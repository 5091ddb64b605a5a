import { CodedError, normalizeTraceId, secondsFromNanos } from '@throughline/model';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { IncompletenessReason } from '../../completeness.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { integer } from '../../http/parameters.ts';
import { validParams, validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { runAnalysis } from '../analysis/run-analysis.ts';
import { errorAnswer } from '../schemas.ts';
import type { BackLinksAnswer } from './explore-answer-types.ts';
import { backLinksAnswer } from './explore-schemas.ts';

const DEFAULT_SPANS = 100;
const MAX_SPANS = 1_000;

const params = z.strictObject({
  traceId: z.string().meta({ description: 'Hex; shorter ids are padded with zeros on the left' }),
});
const parameters = z.strictObject({
  limit: integer(1, MAX_SPANS)
    .optional()
    .meta({ description: `Spans that link to the trace, up to ${MAX_SPANS}; ${DEFAULT_SPANS} by default` }),
});

/** `GET /v1/traces/:traceId/backlinks` */
export function backLinksRoute(scope: FastifyInstance, context: QueryContext): void {
  scope.get(
    '/v1/traces/:traceId/backlinks',
    {
      schema: {
        tags: ['traces'],
        operationId: 'listBackLinks',
        summary: 'List the spans of other traces that link to a trace',
        description: 'Whether the trace itself is stored or not.',
        params,
        querystring: parameters,
        response: { 200: backLinksAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const traceId = normalizeTraceId(validParams(request, params).traceId);
      if (traceId === undefined) {
        throw new CodedError('invalid_trace_id', 'A trace id is 1 to 32 hex digits, not all zero');
      }
      const { limit = DEFAULT_SPANS } = validQuery(request, parameters);
      return runAnalysis(request, reply, context, async ({ store, tenant, signal }): Promise<BackLinksAnswer> => {
        const { links, more } = await store.backLinks(tenant, { traceId, limit }, { signal });
        const reasons: IncompletenessReason[] = [...evictionReasons(store)];
        if (more) {
          const message = `More than ${limit} spans link to the trace, of which the newest are listed`;
          reasons.push({ code: 'link_limit', message });
        }
        return {
          trace_id: traceId,
          links: links.map((link) => ({
            trace_id: link.traceId,
            span_id: link.spanId,
            service: link.service,
            name: link.name,
            start_time: secondsFromNanos(link.startTimeUnixNano),
            start_time_unix_nano: String(link.startTimeUnixNano),
            linked_span_id: link.linkedSpanId,
          })),
          more,
          complete: reasons.length === 0,
          reasons,
        };
      });
    },
  );
}
