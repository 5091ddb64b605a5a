import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { IncompletenessReason } from '../completeness.ts';
import { startDeadline } from '../deadline.ts';
import { clientGone } from '../http/client-gone.ts';
import { integer, windowFrom, windowParameters } from '../http/parameters.ts';
import { tenantOf } from '../http/tenant.ts';
import { validParams, validQuery } from '../http/zod-routes.ts';
import type { QueryLimits } from '../limits.ts';
import type { QueryContext } from '../query-context.ts';
import type { AttributesAnswer, AttributeValuesAnswer } from './answer-types.ts';
import { attributesAnswer, attributeValuesAnswer, errorAnswer } from './schemas.ts';
import { attributeValueAnswer } from './to-answers.ts';

const SCOPES = ['span', 'resource'] as const;
const params = z.strictObject({ name: z.string() });
const errors = { '4xx': errorAnswer, '5xx': errorAnswer };

/** `GET /v1/attributes`, `GET /v1/attributes/:name/values` */
export function attributeRoutes(scope: FastifyInstance, { store, limits, nowUnixNano }: QueryContext): void {
  const limit = integer(1, limits.maxAttributeLimit).optional();
  const namesQuery = z.strictObject({ ...windowParameters, limit });
  const valuesQuery = z.strictObject({
    scope: z
      .enum(SCOPES, { error: `must be one of ${SCOPES.join(', ')}` })
      .optional()
      .meta({ description: 'Where the attribute is; span by default' }),
    service: z.string().optional().meta({ description: 'Only of the spans of this service' }),
    ...windowParameters,
    limit,
  });
  const maxSpanCount = limits.maxAttributeSpans;

  scope.get(
    '/v1/attributes',
    {
      schema: {
        tags: ['attributes'],
        operationId: 'listAttributes',
        summary: 'List the attributes of spans and their resources with their types, sorted by name',
        description: `Of the newest ${maxSpanCount} spans of the window, copies included.`,
        querystring: namesQuery,
        response: { 200: attributesAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const query = validQuery(request, namesQuery);
      const window = windowFrom(query, nowUnixNano);
      const answerLimit = query.limit ?? limits.defaultAttributeLimit;
      using deadline = startDeadline(limits.queryTimeoutMs, clientGone(reply));
      const scan = { maxSpanCount, ...(window && { window }) };
      const { signal } = deadline;
      const { names, scanLimited } = await store.attributeNames(tenantOf(request), scan, { signal });
      const reasons = reasonsOf(scanLimited, names.length > answerLimit, answerLimit, limits);
      const body: AttributesAnswer = {
        attributes: names.slice(0, answerLimit),
        complete: reasons.length === 0,
        reasons,
      };
      return body;
    },
  );

  scope.get(
    '/v1/attributes/:name/values',
    {
      schema: {
        tags: ['attributes'],
        operationId: 'listAttributeValues',
        summary: 'List the text, number and boolean values of an attribute, most frequent first',
        description:
          'Counts are sums of the weights of the distinct spans that have the value, ' +
          `among the newest ${maxSpanCount} spans of the window, copies included.`,
        params,
        querystring: valuesQuery,
        response: { 200: attributeValuesAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { name } = validParams(request, params);
      const query = validQuery(request, valuesQuery);
      const window = windowFrom(query, nowUnixNano);
      const answerLimit = query.limit ?? limits.defaultAttributeLimit;
      using deadline = startDeadline(limits.queryTimeoutMs, clientGone(reply));
      const scan = {
        scope: query.scope ?? 'span',
        ...(query.service === undefined ? {} : { service: query.service }),
        ...(window && { window }),
        // One more tells whether there are more.
        limit: answerLimit + 1,
        maxSpanCount,
      };
      const { signal } = deadline;
      const { values, scanLimited } = await store.attributeValues(tenantOf(request), name, scan, { signal });
      const reasons = reasonsOf(scanLimited, values.length > answerLimit, answerLimit, limits);
      const body: AttributeValuesAnswer = {
        values: values.slice(0, answerLimit).map(attributeValueAnswer),
        complete: reasons.length === 0,
        reasons,
      };
      return body;
    },
  );
}

function reasonsOf(
  scanLimited: boolean,
  hasMore: boolean,
  answerLimit: number,
  { maxAttributeSpans }: QueryLimits,
): readonly IncompletenessReason[] {
  const reasons: IncompletenessReason[] = [];
  if (scanLimited) {
    reasons.push({
      code: 'attribute_scan_limit',
      message: `Only the newest ${maxAttributeSpans} spans were read, as many as one request may; narrow the time range`,
    });
  }
  if (hasMore) {
    reasons.push({
      code: 'attribute_limit',
      message: `There are more than the ${answerLimit} that the answer may hold; ask with a larger limit`,
    });
  }
  return reasons;
}
