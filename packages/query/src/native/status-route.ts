import type { StoreStatus } from '@throughline/store';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { tenantOf } from '../http/tenant.ts';
import { validQuery } from '../http/zod-routes.ts';
import type { QueryContext } from '../query-context.ts';
import type { ServerStatus } from '../server-status.ts';
import type { IngestionAnswer, ReasonCountAnswer, StatusAnswer } from './answer-types.ts';
import { windowAnswer } from './to-answers.ts';
import { errorAnswer, statusAnswer } from './schemas.ts';

const noParameters = z.strictObject({});

/** `GET /v1/status` */
export function statusRoute(scope: FastifyInstance, { store, version, limits, serverStatus }: QueryContext): void {
  scope.get(
    '/v1/status',
    {
      schema: {
        tags: ['status'],
        operationId: 'getStatus',
        summary: 'Show what is stored and taken in, how much, and by which versions and settings',
        description: 'Span rows and the data window are those of the tenant, the rest is of all tenants together.',
        querystring: noParameters,
        response: { 200: statusAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    async (request) => {
      const tenant = tenantOf(request);
      validQuery(request, noParameters);
      const [status, readiness, server] = await Promise.all([store.status(tenant), store.ready(), serverStatus?.()]);
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
        started_time: server === undefined ? null : server.startedUnixMs / 1000,
        uptime_seconds: server === undefined ? null : server.uptimeMs / 1000,
        ingestion: server === undefined ? null : ingestionAnswer(server, status),
        versions: {
          throughline: version,
          ...server?.versions,
          ...(status.engineVersion === undefined ? {} : { [status.engine]: status.engineVersion }),
        },
        listeners: server?.listeners ?? {},
        configuration: server?.configuration ?? [],
      };
      return body;
    },
  );
}

function ingestionAnswer({ ingestion }: ServerStatus, { counters }: StoreStatus): IngestionAnswer {
  const evictedCount = counters['spans_evicted'] ?? 0;
  return {
    spans_per_second: ingestion.spansPerSecond,
    spans_received: ingestion.spansReceived,
    spans_stored: ingestion.spansStored,
    rejected: reasonCounts(ingestion.rejected),
    refused: reasonCounts(ingestion.refused),
    dropped: evictedCount === 0 ? [] : [{ reason: 'evicted', count: evictedCount }],
  };
}

/** Most first. */
function reasonCounts(counts: ReadonlyMap<string, number>): readonly ReasonCountAnswer[] {
  return [...counts].map(([reason, count]) => ({ reason, count })).toSorted((a, b) => b.count - a.count);
}
