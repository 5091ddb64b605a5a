import { CodedError, SpanKind } from '@throughline/model';
import { encodeJaegerTrace } from '@throughline/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { startDeadline } from '../deadline.ts';
import { clientGone } from '../http/client-gone.ts';
import { ParameterError } from '../http/parameter-error.ts';
import { tenantOf } from '../http/tenant.ts';
import { useZodSchemas, validParams, validQuery } from '../http/zod-routes.ts';
import { type QueryApiOptions, type QueryContext, queryContext } from '../query-context.ts';
import { readTrace } from '../read-trace.ts';
import { listEnvelope, tracesEnvelope } from './envelope.ts';
import { boolean, clamp, int64, jaegerTraceId, prettyPrint } from './jaeger-parameters.ts';
import { answerJaegerError, sendEnvelope } from './jaeger-reply.ts';
import { dependenciesAnswer, errorAnswer, namesAnswer, operationsAnswer, tracesAnswer } from './schemas.ts';
import { jaegerSearchRoute } from './search-route.ts';

const errors = { '4xx': errorAnswer, '5xx': errorAnswer };

/**
 * Fastify plugin: Jaeger's query API (v1 JSON), `GET /api/*`. Parameters that Jaeger does not know are ignored, as it
 * does; traces come as they are stored (Jaeger's clock adjustment is not applied, whatever `raw` says).
 */
// Fastify tells promises from callbacks by the function, so it is async without awaiting.
// oxlint-disable-next-line typescript/require-await
export async function jaegerApi(scope: FastifyInstance, options: QueryApiOptions): Promise<void> {
  const context = queryContext(options);
  useZodSchemas(scope);
  scope.setErrorHandler(answerJaegerError);
  servicesRoutes(scope, context);
  jaegerSearchRoute(scope, context);
  traceRoute(scope, context);
  dependenciesRoute(scope, context);
}

const serviceParams = z.object({ service: z.string() });
const anyQuery = z.object({ prettyPrint });
const operationsQuery = z.object({
  service: z.string().optional(),
  spanKind: z.string().optional().meta({ description: 'server, client, producer, consumer or internal' }),
  prettyPrint,
});

function servicesRoutes(scope: FastifyInstance, { store, limits }: QueryContext): void {
  scope.get(
    '/api/services',
    {
      schema: {
        tags: ['jaeger'],
        operationId: 'jaegerListServices',
        summary: 'List the names of the services',
        querystring: anyQuery,
        response: { 200: namesAnswer, ...errors },
      },
    },
    async (request, reply) => {
      using deadline = startDeadline(limits.queryTimeoutMs, clientGone(reply));
      const services = await store.services(tenantOf(request), undefined, { signal: deadline.signal });
      return sendEnvelope(reply, listEnvelope(services), validQuery(request, anyQuery, 'first').prettyPrint);
    },
  );

  scope.get(
    '/api/services/:service/operations',
    {
      schema: {
        tags: ['jaeger'],
        operationId: 'jaegerListOperationNames',
        summary: 'List the names of the operations of a service',
        params: serviceParams,
        querystring: anyQuery,
        response: { 200: namesAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { service } = validParams(request, serviceParams);
      using deadline = startDeadline(limits.queryTimeoutMs, clientGone(reply));
      const operations = await store.operations(tenantOf(request), service, undefined, { signal: deadline.signal });
      const names = [...new Set(operations.map(({ name }) => name))];
      return sendEnvelope(reply, listEnvelope(names), validQuery(request, anyQuery, 'first').prettyPrint);
    },
  );

  scope.get(
    '/api/operations',
    {
      schema: {
        tags: ['jaeger'],
        operationId: 'jaegerListOperations',
        summary: 'List the operations of a service with their kinds',
        querystring: operationsQuery,
        response: { 200: operationsAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { service, spanKind, prettyPrint: pretty } = validQuery(request, operationsQuery, 'first');
      if (service === undefined) {
        throw new ParameterError('invalid_parameter', 'service', "parameter 'service' is required");
      }
      using deadline = startDeadline(limits.queryTimeoutMs, clientGone(reply));
      const stored = await store.operations(tenantOf(request), service, undefined, { signal: deadline.signal });
      const operations = stored
        .map(({ name, kind }) => ({ name, spanKind: KIND_NAMES[kind] ?? '' }))
        .filter((operation) => spanKind === undefined || operation.spanKind === spanKind);
      return sendEnvelope(reply, listEnvelope(operations), pretty);
    },
  );
}

const KIND_NAMES: Readonly<Record<number, string>> = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

const traceParams = z.object({ traceId: z.string() });
const traceQuery = z.object({
  start: int64('Accepted; traces are found without it').optional(),
  end: int64('Accepted; traces are found without it').optional(),
  raw: boolean.optional(),
  prettyPrint,
});

function traceRoute(scope: FastifyInstance, context: QueryContext): void {
  scope.get(
    '/api/traces/:traceId',
    {
      schema: {
        tags: ['jaeger'],
        operationId: 'jaegerGetTrace',
        summary: 'Get a trace',
        params: traceParams,
        querystring: traceQuery,
        response: { 200: tracesAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { traceId: written } = validParams(request, traceParams);
      const traceId = jaegerTraceId(written);
      if (traceId === undefined) throw new CodedError('invalid_trace_id', `${written} is no trace id`);
      const answer = await readTrace({ tenant: tenantOf(request), traceId }, { ...context, signal: clientGone(reply) });
      if (answer === undefined) throw new CodedError('trace_not_found', 'trace not found');
      const incomplete = answer.reasons
        .filter(({ code }) => code === 'trace_truncated')
        .map(({ message }) => ({ msg: message, traceID: traceId }));
      const envelope = tracesEnvelope([encodeJaegerTrace(answer.trace)], incomplete);
      return sendEnvelope(reply, envelope, validQuery(request, traceQuery, 'first').prettyPrint);
    },
  );
}

const DAY_MS = 86_400_000n;
const NANO_PER_MS = 1_000_000n;

const dependenciesQuery = z.object({
  endTs: int64('Milliseconds since the epoch; now by default').optional(),
  lookback: int64('Milliseconds; a day by default').optional(),
  service: z.string().optional().meta({ description: 'Only edges from or to this service' }),
  prettyPrint,
});

function dependenciesRoute(scope: FastifyInstance, { store, limits, nowUnixNano }: QueryContext): void {
  scope.get(
    '/api/dependencies',
    {
      schema: {
        tags: ['jaeger'],
        operationId: 'jaegerListDependencies',
        summary: 'List the edges of the service graph',
        querystring: dependenciesQuery,
        response: { 200: dependenciesAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const {
        endTs,
        lookback = DAY_MS,
        service,
        prettyPrint: pretty,
      } = validQuery(request, dependenciesQuery, 'first');
      const endMs = endTs ?? nowUnixNano() / NANO_PER_MS;
      // To the whole of the last millisecond.
      const window = {
        fromUnixNano: clamp((endMs - lookback) * NANO_PER_MS),
        toUnixNano: clamp((endMs + 1n) * NANO_PER_MS),
      };
      using deadline = startDeadline(limits.queryTimeoutMs, clientGone(reply));
      const edges = await store.dependencies(tenantOf(request), window, { signal: deadline.signal });
      const data = edges
        .filter(({ parent, child }) => service === undefined || parent === service || child === service)
        // Jaeger's counts are whole numbers; weighted ones need not be.
        .map(({ parent, child, callCount }) => ({ parent, child, callCount: Math.round(callCount) }));
      return sendEnvelope(reply, tracesEnvelope(data), pretty);
    },
  );
}
