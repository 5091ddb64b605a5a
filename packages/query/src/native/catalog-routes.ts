import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { clientGone } from '../http/client-gone.ts';
import { windowFrom, windowParameters } from '../http/parameters.ts';
import { tenantOf } from '../http/tenant.ts';
import { validParams, validQuery } from '../http/zod-routes.ts';
import { startDeadline } from '../deadline.ts';
import { evictionReasons } from '../evicted-spans.ts';
import type { QueryContext } from '../query-context.ts';
import type { DependenciesAnswer } from './answer-types.ts';
import { edgeAnswer } from './to-answers.ts';
import { dependenciesAnswer, errorAnswer, namesAnswer } from './schemas.ts';

const windowQuery = z.strictObject(windowParameters);
const serviceParams = z.strictObject({ service: z.string() });
const errors = { '4xx': errorAnswer, '5xx': errorAnswer };

/** `GET /v1/services`, `GET /v1/services/:service/operations`, `GET /v1/dependencies` */
export function catalogRoutes(scope: FastifyInstance, { store, limits, nowUnixNano }: QueryContext): void {
  scope.get(
    '/v1/services',
    {
      schema: {
        tags: ['services'],
        operationId: 'listServices',
        summary: 'List the names of the services, sorted',
        querystring: windowQuery,
        response: { 200: namesAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const window = windowFrom(validQuery(request, windowQuery), nowUnixNano);
      using deadline = startDeadline(limits.queryTimeoutMs, clientGone(reply));
      return await store.services(tenantOf(request), window, { signal: deadline.signal });
    },
  );

  scope.get(
    '/v1/services/:service/operations',
    {
      schema: {
        tags: ['services'],
        operationId: 'listOperations',
        summary: 'List the names of the operations of a service, sorted',
        params: serviceParams,
        querystring: windowQuery,
        response: { 200: namesAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { service } = validParams(request, serviceParams);
      const window = windowFrom(validQuery(request, windowQuery), nowUnixNano);
      using deadline = startDeadline(limits.queryTimeoutMs, clientGone(reply));
      const operations = await store.operations(tenantOf(request), service, window, { signal: deadline.signal });
      // Sorted by name, once for each kind.
      return [...new Set(operations.map((operation) => operation.name))];
    },
  );

  scope.get(
    '/v1/dependencies',
    {
      schema: {
        tags: ['services'],
        operationId: 'listDependencies',
        summary: 'List the edges of the service graph',
        description:
          'An edge is a parent span and a child span of different services. Counts are sums of the weights of the ' +
          'child spans; durations are of the child spans.',
        querystring: windowQuery,
        response: { 200: dependenciesAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const window = windowFrom(validQuery(request, windowQuery), nowUnixNano);
      using deadline = startDeadline(limits.queryTimeoutMs, clientGone(reply));
      const edges = await store.dependencies(tenantOf(request), window, { signal: deadline.signal });
      const reasons = evictionReasons(store);
      const body: DependenciesAnswer = { edges: edges.map(edgeAnswer), complete: reasons.length === 0, reasons };
      return body;
    },
  );
}
