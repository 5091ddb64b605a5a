import { healthScore } from '@throughline/analysis';
import { REQUEST_QUANTILES, type RequestStatistics, type ServiceRequests } from '@throughline/store';
import { spanFilter } from '@throughline/traceql';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { analysisWindow, windowSeconds } from '../../analysis-window.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { duration, integer, windowParameters } from '../../http/parameters.ts';
import { validParams, validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { errorAnswer } from '../schemas.ts';
import {
  type AnalysisCall,
  analysisWindowAnswer,
  listReasons,
  listTraces,
  requireService,
  secondsOf,
} from './analysis-context.ts';
import { pointStep } from './point-step.ts';
import { runAnalysis } from './run-analysis.ts';
import { performanceAnswer } from './set-answer-schemas.ts';
import type {
  HealthAnswer,
  PerformanceAnswer,
  RequestStatisticsAnswer,
  ServiceHealthAnswer,
} from './set-answer-types.ts';
import { requestQuery, requestText, spansText } from './trace-queries.ts';

export const DEFAULT_SLOW_NANO = 1_000_000_000n;
export const DEFAULT_OBJECTIVE_NANO = 1_000_000_000n;
const SAMPLE_TRACES = 10;
const SECOND_NANO = 1_000_000_000n;

const params = z.strictObject({ service: z.string() });

/** `GET /v1/analysis/services/:service` */
export function performanceRoute(scope: FastifyInstance, context: QueryContext): void {
  const { maxAnalysisLimit } = context.limits;
  const parameters = z.strictObject({
    operation: z.string().optional().meta({ description: 'Only requests with this name' }),
    ...windowParameters,
    step: duration.optional().meta({ description: 'Length of a point, whole seconds; by default about 60 points' }),
    slow: duration.optional().meta({ description: 'What takes longer is slow; 1s by default' }),
    objective: duration.optional().meta({ description: 'What p95 may be without harm to the health; 1s by default' }),
    limit: integer(1, maxAnalysisLimit).optional(),
  });

  scope.get(
    '/v1/analysis/services/:service',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'servicePerformance',
        summary: 'Say how a service does: requests, errors and durations, by operation and over time, and its health',
        description:
          'A request is a span of the service whose parent is absent or in another service. Without a window it is ' +
          'the last hour, or the last hour of the data where nothing is newer.',
        params,
        querystring: parameters,
        response: { 200: performanceAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const { service } = validParams(request, params);
      const query = validQuery(request, parameters);
      return runAnalysis(request, reply, context, async (call) => performanceOf(service, query, call));
    },
  );
}

interface PerformanceParameters {
  readonly operation?: string | undefined;
  readonly start_time?: bigint | undefined;
  readonly end_time?: bigint | undefined;
  readonly since?: bigint | undefined;
  readonly step?: bigint | undefined;
  readonly slow?: bigint | undefined;
  readonly objective?: bigint | undefined;
  readonly limit?: number | undefined;
}

export async function performanceOf(
  service: string,
  parameters: PerformanceParameters,
  call: AnalysisCall,
): Promise<PerformanceAnswer> {
  const { store, tenant, signal, limits } = call;
  await requireService(service, call);
  const { operation } = parameters;
  const window = await analysisWindow(parameters, call);
  const stepNano = pointStep(window, parameters.step, limits.maxAnalysisPoints);
  const slowNano = parameters.slow ?? DEFAULT_SLOW_NANO;
  const found = await store.requests(
    tenant,
    { service, ...(operation !== undefined && { operation }), window, stepNano, slowNano },
    { signal },
  );
  const slowRequests = { service, operation, aboveNano: slowNano };
  const slow =
    found.slowTraceCount === 0
      ? undefined
      : await listTraces(call, { query: requestQuery(slowRequests), window, order: 'longest', limit: SAMPLE_TRACES });
  const errorForm = { service, operation, error: true } as const;
  const failed =
    found.errorTraceCount === 0
      ? undefined
      : await listTraces(call, { query: spanFilter(errorForm), window, order: 'newest', limit: SAMPLE_TRACES });
  const limit = parameters.limit ?? limits.defaultAnalysisLimit;
  const reasons = [
    ...(slow === undefined ? [] : listReasons(slow.found)),
    ...(failed === undefined ? [] : listReasons(failed.found)),
    ...evictionReasons(store),
  ];
  if (found.operations.length > limit) {
    reasons.push({
      code: 'analysis_limit',
      message: `There are ${found.operations.length} operations, of which the ${limit} with the most requests are listed`,
    });
  }
  const seconds = windowSeconds(window);
  const stepSeconds = Number(stepNano / SECOND_NANO);
  return {
    ...serviceHealthAnswer({ service, operation }, found, {
      slowNano,
      objectiveNano: parameters.objective ?? DEFAULT_OBJECTIVE_NANO,
      seconds,
    }),
    operation: operation ?? null,
    window: analysisWindowAnswer(window),
    generated_time: secondsOf(call.nowUnixNano()),
    operations: found.operations
      .toSorted((a, b) => b.requestCount - a.requestCount)
      .slice(0, limit)
      .map((each) => ({
        operation: each.operation,
        ...statisticsAnswer(each, seconds),
        query: requestText({ service, operation: each.operation }),
        error_query: requestText({ service, operation: each.operation, error: true }),
      })),
    step_seconds: stepSeconds,
    points: found.points.map((point) => ({
      start_time: secondsOf(point.startTimeUnixNano),
      start_time_unix_nano: String(point.startTimeUnixNano),
      ...statisticsAnswer(point, stepSeconds),
    })),
    slow_traces: slow?.summaries ?? [],
    error_traces: failed?.summaries ?? [],
    complete: reasons.length === 0,
    reasons,
  };
}

/** A service's, or its operation's, health and what it is made of. */
export function serviceHealthAnswer(
  form: { readonly service: string; readonly operation?: string | undefined },
  found: ServiceRequests,
  {
    slowNano,
    objectiveNano,
    seconds,
  }: { readonly slowNano: bigint; readonly objectiveNano: bigint; readonly seconds: number },
): ServiceHealthAnswer {
  return {
    service: form.service,
    health: healthAnswer(found, objectiveNano),
    ...statisticsAnswer(found, seconds),
    query: requestText(form),
    error_query: requestText({ ...form, error: true }),
    trace_count: found.traceCount,
    trace_query: spansText(form),
    error_trace_count: found.errorTraceCount,
    error_trace_query: spansText({ ...form, error: true }),
    slow_trace_count: found.slowTraceCount,
    slow_trace_query: requestText({ ...form, aboveNano: slowNano }),
    slow_above_nano: Number(slowNano),
  };
}

export function statisticsAnswer(statistics: RequestStatistics, seconds: number): RequestStatisticsAnswer {
  const { requestCount, errorCount, durationSumNano, durationMinNano, durationMaxNano } = statistics;
  const at = (share: (typeof REQUEST_QUANTILES)[number]): number =>
    quantileOf(statistics, REQUEST_QUANTILES.indexOf(share));
  return {
    request_count: requestCount,
    error_count: errorCount,
    error_rate: requestCount > 0 ? errorCount / requestCount : 0,
    requests_per_second: seconds > 0 ? requestCount / seconds : 0,
    durations:
      requestCount > 0
        ? {
            min_nano: durationMinNano,
            max_nano: durationMaxNano,
            avg_nano: durationSumNano / requestCount,
            p50_nano: at(0.5),
            p75_nano: at(0.75),
            p90_nano: at(0.9),
            p95_nano: at(0.95),
            p99_nano: at(0.99),
            p999_nano: at(0.999),
          }
        : null,
  };
}

/** What the store cuts must not lie below the shortest. */
export function quantileOf({ durationQuantilesNano, durationMinNano }: RequestStatistics, index: number): number {
  return Math.max(durationMinNano, durationQuantilesNano[index] ?? 0);
}

export function healthAnswer(found: ServiceRequests, objectiveNano: bigint): HealthAnswer | null {
  const { requestCount, errorCount, traceCount, slowTraceCount, errorTraceCount } = found;
  if (requestCount === 0 || traceCount === 0) return null;
  const health = healthScore({
    errorRate: errorCount / requestCount,
    p95Nano: quantileOf(found, REQUEST_QUANTILES.indexOf(0.95)),
    slowTraceShare: slowTraceCount / traceCount,
    errorTraceShare: errorTraceCount / traceCount,
    p95ObjectiveNano: Number(objectiveNano),
  });
  if (health === undefined) return null;
  const { errorRate, p95, slowTraces, errorTraces } = health.deductions;
  return {
    score: health.score,
    deductions: { error_rate: errorRate, p95, slow_traces: slowTraces, error_traces: errorTraces },
    p95_objective_nano: Number(objectiveNano),
  };
}
