import { criticalPathProfileInSteps } from '@throughline/analysis';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { analysisWindow } from '../../analysis-window.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { integer, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { errorAnswer } from '../schemas.ts';
import { type AnalysisCall, analysisWindowAnswer, requireService } from './analysis-context.ts';
import { sampleAnswer, sampleOf, sampleReasons } from './read-sample.ts';
import { inTurns } from './in-turns.ts';
import { runAnalysis } from './run-analysis.ts';
import { criticalPathProfileAnswer } from './sample-answer-schemas.ts';
import type { CriticalPathProfileAnswer, PathTimesAnswer } from './sample-answer-types.ts';
import { requestText, spansText } from './trace-queries.ts';

const DEFAULT_LIMIT = 50;

/** `GET /v1/analysis/critical-path` */
export function criticalPathRoute(scope: FastifyInstance, context: QueryContext): void {
  const parameters = z.strictObject({
    service: z.string(),
    operation: z.string().optional().meta({ description: 'Only requests with this name' }),
    ...windowParameters,
    traces: integer(1, context.limits.maxSampledTraces)
      .optional()
      .meta({ description: `Traces that are read at most; ${context.limits.maxSampledTraces} by default` }),
    limit: integer(1, context.limits.maxAnalysisLimit).optional(),
  });

  scope.get(
    '/v1/analysis/critical-path',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'criticalPathProfile',
        summary: 'Say which callee owns the latency of a service or operation, at the median and in the tail',
        description:
          'The critical paths of a fair sample of the requests, added up by the operation that the time is charged to.',
        querystring: parameters,
        response: { 200: criticalPathProfileAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const query = validQuery(request, parameters);
      return runAnalysis(request, reply, context, (call) => profileOf(query, call));
    },
  );
}

interface ProfileParameters {
  readonly service: string;
  readonly operation?: string | undefined;
  readonly start_time?: bigint | undefined;
  readonly end_time?: bigint | undefined;
  readonly since?: bigint | undefined;
  readonly traces?: number | undefined;
  readonly limit?: number | undefined;
}

async function profileOf(parameters: ProfileParameters, call: AnalysisCall): Promise<CriticalPathProfileAnswer> {
  const { service, operation } = parameters;
  await requireService(service, call);
  const window = await analysisWindow(parameters, call);
  const sample = await sampleOf(call, window, {
    service,
    operation,
    maxTraces: parameters.traces,
    detail: 'structure',
  });
  const profile = await inTurns(criticalPathProfileInSteps(sample.traces, { service, operation }), call.signal);
  const limit = parameters.limit ?? DEFAULT_LIMIT;
  const reasons = [...sampleReasons('the window', sample), ...evictionReasons(call.store)];
  if (profile.components.length > limit) {
    reasons.push({
      code: 'analysis_limit',
      message: `${profile.components.length} operations have a share, of which ${limit} are listed`,
    });
  }
  return {
    service,
    operation: operation ?? null,
    window: analysisWindowAnswer(window),
    sample: sampleAnswer(sample),
    query: requestText({ service, operation }),
    request_count: profile.requestCount,
    p50_request_count: profile.typicalCount,
    p99_request_count: profile.slowCount,
    duration: {
      mean_nano: profile.meanDurationNano,
      p50_nano: profile.typicalDurationNano,
      p99_nano: profile.slowDurationNano,
    },
    components: profile.components.slice(0, limit).map((each) => ({
      service: each.service,
      operation: each.operation,
      request_count: each.requestCount,
      ...pathTimes(each),
      query: spansText({ service: each.service, operation: each.operation }),
    })),
    gap: pathTimes(profile.gap),
    slowest: profile.slowest.map(({ traceId, spanId, durationNano }) => ({
      trace_id: traceId,
      span_id: spanId,
      duration_nano: durationNano,
    })),
    complete: reasons.length === 0,
    reasons,
  };
}

function pathTimes(times: {
  readonly meanNano: number;
  readonly typicalNano: number;
  readonly slowNano: number;
}): PathTimesAnswer {
  return { mean_nano: times.meanNano, p50_nano: times.typicalNano, p99_nano: times.slowNano };
}
