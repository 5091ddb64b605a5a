import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { startDeadline } from '../deadline.ts';
import { clientGone } from '../http/client-gone.ts';
import { integer, repeatable, windowFrom, windowParameters } from '../http/parameters.ts';
import { tenantOf } from '../http/tenant.ts';
import { validQuery } from '../http/zod-routes.ts';
import type { QueryContext } from '../query-context.ts';
import { searchTraces } from '../search-traces.ts';
import { filterParameters, filterQueryOf } from './filter-parameters.ts';
import type { SearchAnswer } from './answer-types.ts';
import { selectAttributes, selectedFields } from './select-attributes.ts';
import { MAX_SELECTED_ATTRIBUTES } from '../client/select-limits.ts';
import { summaryAnswer } from './to-answers.ts';
import { errorAnswer, searchAnswer } from './schemas.ts';

/** `GET /v1/traces` */
export function searchRoute(scope: FastifyInstance, context: QueryContext): void {
  const { limits, nowUnixNano } = context;
  const parameters = z.strictObject({
    ...filterParameters,
    ...windowParameters,
    limit: integer(1, limits.maxSearchLimit).optional(),
    order: z.enum(['newest', 'longest'], { error: 'must be newest or longest' }).optional(),
    select: repeatable(
      `span.NAME or resource.NAME: an attribute to list with each trace; repeat it for several, up to ${MAX_SELECTED_ATTRIBUTES}`,
      'span.http.route',
    ),
    cursor: z.string().optional().meta({ description: 'The cursor of the previous page' }),
  });

  scope.get(
    '/v1/traces',
    {
      schema: {
        tags: ['traces'],
        operationId: 'searchTraces',
        summary: 'Search traces',
        description:
          'Lists the traces that have a span that matches and started within the window, newest or longest first. ' +
          'min_duration and max_duration bound the duration of the trace.',
        querystring: parameters,
        response: { 200: searchAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    async (request, reply) => {
      const tenant = tenantOf(request);
      const given = validQuery(request, parameters);
      const fields = selectedFields(given.select ?? []);
      const signal = clientGone(reply);
      // The search ends itself and owes what it found by then; for attributes there is what it leaves of the time.
      using deadline = startDeadline(limits.queryTimeoutMs, signal);
      const answer = await searchTraces(
        {
          tenant,
          query: filterQueryOf(given),
          window: windowFrom(given, nowUnixNano),
          windowText: given.since === undefined ? undefined : `${given.since} before ${given.end_time ?? 'now'}`,
          order: given.order ?? 'newest',
          limit: given.limit ?? limits.defaultSearchLimit,
          cursor: given.cursor,
        },
        { ...context, signal },
      );
      const selected =
        fields.length === 0
          ? undefined
          : await selectAttributes(answer.traces, fields, { ...context, tenant, deadline });
      const reasons = [...answer.reasons, ...(selected?.reasons ?? [])];
      const body: SearchAnswer = {
        traces: answer.traces.map((summary) => {
          const attributes = selected?.attributes.get(summary.traceId);
          return { ...summaryAnswer(summary), ...(attributes !== undefined && { attributes }) };
        }),
        complete: reasons.length === 0,
        reasons,
        cursor: answer.cursor ?? null,
      };
      return body;
    },
  );
}
