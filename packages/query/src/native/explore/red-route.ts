import { REQUEST_QUANTILES, type RequestGroup } from '@throughline/store';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type AnalysisWindow, analysisWindow, windowSeconds } from '../../analysis-window.ts';
import type { IncompletenessReason } from '../../completeness.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { duration, integer, type WindowParameters, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { type AnalysisCall, analysisWindowAnswer, requireService, secondsOf } from '../analysis/analysis-context.ts';
import { quantileOf, statisticsAnswer } from '../analysis/performance-route.ts';
import { pointStep } from '../analysis/point-step.ts';
import { runAnalysis } from '../analysis/run-analysis.ts';
import { requestText } from '../analysis/trace-queries.ts';
import { errorAnswer } from '../schemas.ts';
import type { RedAnswer, RedGroupAnswer } from './explore-answer-types.ts';
import { redAnswer } from './explore-schemas.ts';

const DEFAULT_GROUPS = 200;
const SECOND_NANO = 1_000_000_000n;

/** `GET /v1/red` */
export function redRoute(scope: FastifyInstance, context: QueryContext): void {
  const parameters = z.strictObject({
    by: z
      .enum(['service', 'operation'], { error: 'must be service or operation' })
      .optional()
      .meta({ description: 'service by default' }),
    service: z.string().optional().meta({ description: 'Only requests of this service' }),
    ...windowParameters,
    step: duration.optional().meta({ description: 'Length of a point, whole seconds; by default about 60 points' }),
    limit: integer(1, context.limits.maxAnalysisLimit)
      .optional()
      .meta({ description: `Groups in the answer; ${DEFAULT_GROUPS} by default` }),
  });

  scope.get(
    '/v1/red',
    {
      schema: {
        tags: ['exploration'],
        operationId: 'red',
        summary: 'Requests, errors and durations of all services or operations, altogether and over time',
        description:
          'A request is a span whose parent is absent or in another service. Percentiles may be off by 2 %. Without a ' +
          'window it is the last hour, or the last hour of the data where nothing is newer.',
        querystring: parameters,
        response: { 200: redAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const given = validQuery(request, parameters);
      return runAnalysis(request, reply, context, async (call) => redOf(given, call));
    },
  );
}

interface RedParameters extends WindowParameters {
  readonly by?: 'service' | 'operation' | undefined;
  readonly service?: string | undefined;
  readonly step?: bigint | undefined;
  readonly limit?: number | undefined;
}

async function redOf(given: RedParameters, call: AnalysisCall): Promise<RedAnswer> {
  const { store, tenant, signal, limits } = call;
  const { by = 'service', service, limit = DEFAULT_GROUPS } = given;
  if (service !== undefined) await requireService(service, call);
  const window = await analysisWindow(given, call);
  const stepNano = pointStep(window, given.step, limits.maxAnalysisPoints);
  const groups = await store.requestGroups(
    tenant,
    { by, ...(service !== undefined && { service }), window, stepNano },
    { signal },
  );
  const reasons: IncompletenessReason[] = [...evictionReasons(store)];
  if (groups.length > limit) {
    reasons.push({
      code: 'analysis_limit',
      message: `There are ${groups.length} ${by}s, of which the ${limit} with the most requests are listed`,
    });
  }
  return {
    window: analysisWindowAnswer(window),
    step_seconds: Number(stepNano / SECOND_NANO),
    group_count: groups.length,
    groups: groups
      .toSorted((a, b) => b.requestCount - a.requestCount)
      .slice(0, limit)
      .map((group) => groupAnswer(group, window)),
    complete: reasons.length === 0,
    reasons,
  };
}

const P50 = REQUEST_QUANTILES.indexOf(0.5);
const P95 = REQUEST_QUANTILES.indexOf(0.95);
const P99 = REQUEST_QUANTILES.indexOf(0.99);

function groupAnswer(group: RequestGroup, window: AnalysisWindow): RedGroupAnswer {
  const { service, operation } = group;
  return {
    service,
    operation: operation ?? null,
    ...statisticsAnswer(group, windowSeconds(window)),
    query: requestText({ service, operation }),
    error_query: requestText({ service, operation, error: true }),
    points: group.points.map((point) => ({
      start_time: secondsOf(point.startTimeUnixNano),
      start_time_unix_nano: String(point.startTimeUnixNano),
      request_count: point.requestCount,
      error_count: point.errorCount,
      p50_nano: quantileOf(point, P50),
      p95_nano: quantileOf(point, P95),
      p99_nano: quantileOf(point, P99),
    })),
  };
}
