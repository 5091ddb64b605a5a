import { bothQueries, type Query, spanFilter } from '@throughline/traceql';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { clientGone } from '../http/client-gone.ts';
import { ParameterError } from '../http/parameter-error.ts';
import { duration, integer, repeatable, windowFrom, windowParameters } from '../http/parameters.ts';
import { tenantOf } from '../http/tenant.ts';
import { validQuery } from '../http/zod-routes.ts';
import type { QueryContext } from '../query-context.ts';
import { queryFromText } from '../query-text.ts';
import { searchTraces } from '../search-traces.ts';
import type { SearchAnswer } from './answer-types.ts';
import { summaryAnswer } from './to-answers.ts';
import { errorAnswer, searchAnswer } from './schemas.ts';

/** `GET /v1/traces` */
export function searchRoute(scope: FastifyInstance, context: QueryContext): void {
  const { limits, nowUnixNano } = context;
  const parameters = z.strictObject({
    q: z
      .string()
      .optional()
      .meta({ description: 'TraceQL', examples: ['{ status = error && duration > 100ms }'] }),
    service: z.string().optional().meta({ description: 'The name of the service of a span' }),
    operation: z.string().optional().meta({ description: 'The name of the same span' }),
    tags: repeatable(
      'key=value: an attribute of the same span or its resource; repeat it for several',
      'http.status_code=500',
    ),
    min_duration: duration.optional(),
    max_duration: duration.optional(),
    ...windowParameters,
    limit: integer(1, limits.maxSearchLimit).optional(),
    order: z.enum(['newest', 'longest'], { error: 'must be newest or longest' }).optional(),
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
      const answer = await searchTraces(
        {
          tenant,
          query: searchQuery(given),
          window: windowFrom(given, nowUnixNano),
          windowText: given.since === undefined ? undefined : `${given.since} before ${given.end_time ?? 'now'}`,
          order: given.order ?? 'newest',
          limit: given.limit ?? limits.defaultSearchLimit,
          cursor: given.cursor,
        },
        { ...context, signal: clientGone(reply) },
      );
      const body: SearchAnswer = {
        traces: answer.traces.map(summaryAnswer),
        complete: answer.complete,
        reasons: answer.reasons,
        cursor: answer.cursor ?? null,
      };
      return body;
    },
  );
}

interface SearchParameters {
  readonly q?: string | undefined;
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Nanoseconds, of the trace. */
  readonly min_duration?: bigint | undefined;
  readonly max_duration?: bigint | undefined;
}

/**
 * All parameters as one query. With a `q` of one `{ ... }` they narrow the spans that it selects; of a larger one the
 * trace has to satisfy both.
 */
function searchQuery(given: SearchParameters): Query {
  if (given.min_duration !== undefined && given.max_duration !== undefined && given.min_duration > given.max_duration) {
    throw new ParameterError('invalid_parameter', 'max_duration', '"max_duration" must not be below "min_duration"');
  }
  const { q, service, operation, tags, min_duration: minDuration, max_duration: maxDuration } = given;
  const form = spanFilter({
    service,
    operation,
    tags: tags?.map(parseTag),
    minTraceDurationNano: minDuration,
    maxTraceDurationNano: maxDuration,
  });
  if (q === undefined) return form;
  const query = queryFromText(q);
  const hasForm = [service, operation, tags, minDuration, maxDuration].some((part) => part !== undefined);
  return hasForm ? bothQueries(query, form) : query;
}

function parseTag(tag: string): readonly [key: string, value: string] {
  const equals = tag.indexOf('=');
  if (equals <= 0) {
    throw new ParameterError('invalid_parameter', 'tags', `Parameter "tags": ${JSON.stringify(tag)} is not key=value`);
  }
  return [tag.slice(0, equals), tag.slice(equals + 1)];
}
