import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { analysisWindow, windowSeconds } from '../../analysis-window.ts';
import type { IncompletenessReason } from '../../completeness.ts';
import { isQueryTimeout } from '../../deadline.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { duration, integer, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { errorAnswer } from '../schemas.ts';
import { type AnalysisCall, analysisWindowAnswer } from './analysis-context.ts';
import { DEFAULT_OBJECTIVE_NANO, DEFAULT_SLOW_NANO, serviceHealthAnswer } from './performance-route.ts';
import { pointStep } from './point-step.ts';
import { runAnalysis } from './run-analysis.ts';
import { serviceHealthsAnswer } from './set-answer-schemas.ts';
import type { ServiceHealthAnswer, ServiceHealthsAnswer } from './set-answer-types.ts';

const DEFAULT_LIMIT = 100;
/** Services that the store is asked about at the same time. */
const MAX_CONCURRENT = 3;

/** `GET /v1/analysis/services` */
export function serviceHealthRoute(scope: FastifyInstance, context: QueryContext): void {
  const parameters = z.strictObject({
    ...windowParameters,
    slow: duration.optional().meta({ description: 'What takes longer is slow; 1s by default' }),
    objective: duration.optional().meta({ description: 'What p95 may be without harm to the health; 1s by default' }),
    limit: integer(1, context.limits.maxAnalysisLimit)
      .optional()
      .meta({ description: `Services, those with the most requests; ${DEFAULT_LIMIT} by default` }),
  });

  scope.get(
    '/v1/analysis/services',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'serviceHealth',
        summary: 'Say how all services do: the health of each, and what it is made of',
        description:
          'As GET /v1/analysis/services/{service} tells it of one. When the time is up, the services read by then are listed.',
        querystring: parameters,
        response: { 200: serviceHealthsAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const query = validQuery(request, parameters);
      return runAnalysis(request, reply, context, (call) => healthsOf(query, call));
    },
  );
}

async function healthsOf(
  parameters: {
    readonly start_time?: bigint | undefined;
    readonly end_time?: bigint | undefined;
    readonly since?: bigint | undefined;
    readonly slow?: bigint | undefined;
    readonly objective?: bigint | undefined;
    readonly limit?: number | undefined;
  },
  call: AnalysisCall,
): Promise<ServiceHealthsAnswer> {
  const { store, tenant, signal } = call;
  const window = await analysisWindow(parameters, call);
  // Nobody asks how it went over time.
  const stepNano = pointStep(window, undefined, 1);
  const groups = await store.requestGroups(tenant, { by: 'service', window, stepNano }, { signal });
  const limit = parameters.limit ?? DEFAULT_LIMIT;
  const names = groups
    .toSorted((a, b) => b.requestCount - a.requestCount)
    .slice(0, limit)
    .map(({ service }) => service);
  const slowNano = parameters.slow ?? DEFAULT_SLOW_NANO;
  const facts = {
    slowNano,
    objectiveNano: parameters.objective ?? DEFAULT_OBJECTIVE_NANO,
    seconds: windowSeconds(window),
  };
  const services: ServiceHealthAnswer[] = [];
  const reasons: IncompletenessReason[] = [...evictionReasons(store)];
  for (let at = 0; at < names.length; at += MAX_CONCURRENT) {
    const some = names.slice(at, at + MAX_CONCURRENT).map(async (service) => {
      const found = await store.requests(tenant, { service, window, stepNano, slowNano }, { signal });
      return serviceHealthAnswer({ service }, found, facts);
    });
    const settled = await Promise.allSettled(some);
    services.push(...settled.filter((each) => each.status === 'fulfilled').map(({ value }) => value));
    const failed = settled.find((each) => each.status === 'rejected');
    if (failed === undefined) continue;
    if (services.length === 0 || !(isQueryTimeout(failed.reason) || isQueryTimeout(signal.reason))) throw failed.reason;
    reasons.push({
      code: 'query_timeout',
      message: `Of ${names.length} services the health of ${names.length - services.length} was not read: the time was up`,
    });
    break;
  }
  if (groups.length > limit) {
    reasons.push({
      code: 'analysis_limit',
      message: `There are ${groups.length} services, of which the health of the ${limit} with the most requests is listed`,
    });
  }
  return {
    window: analysisWindowAnswer(window),
    service_count: groups.length,
    services,
    complete: reasons.length === 0,
    reasons,
  };
}
