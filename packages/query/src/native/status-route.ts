import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { tenantOf } from '../http/tenant.ts';
import { validQuery } from '../http/zod-routes.ts';
import type { QueryContext } from '../query-context.ts';
import type { StatusAnswer } from './answer-types.ts';
import { windowAnswer } from './to-answers.ts';
import { errorAnswer, statusAnswer } from './schemas.ts';

const noParameters = z.strictObject({});

/** `GET /v1/status` */
export function statusRoute(scope: FastifyInstance, { store, version, limits }: QueryContext): void {
  scope.get(
    '/v1/status',
    {
      schema: {
        tags: ['status'],
        operationId: 'getStatus',
        summary: 'Show what is stored, how much, and within which window of time',
        description: 'Span rows and the data window are those of the tenant, the rest is of all tenants together.',
        querystring: noParameters,
        response: { 200: statusAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    async (request) => {
      const tenant = tenantOf(request);
      validQuery(request, noParameters);
      const [status, readiness] = await Promise.all([store.status(tenant), store.ready()]);
      const body: StatusAnswer = {
        version,
        tenant,
        ready: readiness.ready,
        ...(readiness.reason === undefined ? {} : { reason: readiness.reason }),
        storage: {
          engine: status.engine,
          span_rows: status.spanRowCount,
          disk_bytes: status.diskBytes,
          memory_bytes: status.memoryBytes,
        },
        data_window: windowAnswer(status.dataWindow),
        counters: status.counters,
        limits: {
          default_search_limit: limits.defaultSearchLimit,
          max_search_limit: limits.maxSearchLimit,
          max_candidates: limits.maxCandidates,
          max_spans_per_trace: limits.maxSpansPerTrace,
          max_spans_per_answer: limits.maxSpansPerAnswer,
          default_attribute_limit: limits.defaultAttributeLimit,
          max_attribute_limit: limits.maxAttributeLimit,
          max_attribute_spans: limits.maxAttributeSpans,
          query_timeout_ms: limits.queryTimeoutMs,
        },
        started_time: null,
        uptime_seconds: null,
        ingestion: null,
        versions: { throughline: version },
        listeners: {},
        configuration: [],
      };
      return body;
    },
  );
}
