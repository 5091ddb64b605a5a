import { REQUEST_QUANTILES } from '@throughline/store';
import { printQuery } from '@throughline/traceql';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { analysisWindow } from '../../analysis-window.ts';
import { ParameterError } from '../../http/parameter-error.ts';
import { duration, integer, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { errorAnswer } from '../schemas.ts';
import { type AnalysisCall, analysisWindowAnswer, listTraces, requireService } from './analysis-context.ts';
import { DEFAULT_SLOW_NANO, quantileOf } from './performance-route.ts';
import { runAnalysis } from './run-analysis.ts';
import { slowTracesAnswer } from './set-answer-schemas.ts';
import type { SlowTracesAnswer } from './set-answer-types.ts';
import { longTraceQuery, requestQuery } from './trace-queries.ts';

const DEFAULT_LIMIT = 50;
const PERCENTILES = REQUEST_QUANTILES.map((share) => String(Math.round(share * 1000) / 10));

/** `GET /v1/analysis/slow` */
export function slowRoute(scope: FastifyInstance, context: QueryContext): void {
  const parameters = z.strictObject({
    service: z.string().optional().meta({ description: 'Slow requests of this service, instead of slow traces' }),
    operation: z.string().optional().meta({ description: 'Only requests with this name; needs service' }),
    ...windowParameters,
    above: duration.optional().meta({ description: 'What takes longer is slow; 1s by default' }),
    percentile: z
      .enum(PERCENTILES, { error: `must be one of ${PERCENTILES.join(', ')}` })
      .optional()
      .meta({ description: 'Slow is above this percentile of the requests themselves; needs service' }),
    limit: integer(1, context.limits.maxSearchLimit).optional(),
  });

  scope.get(
    '/v1/analysis/slow',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'slowTraces',
        summary: 'List the slow traces, longest first',
        description: `Traces above 1 s by default, or those with a request of the service above it; ${DEFAULT_LIMIT} of them.`,
        querystring: parameters,
        response: { 200: slowTracesAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const query = validQuery(request, parameters);
      return runAnalysis(request, reply, context, (call) => slowTracesOf(query, call));
    },
  );
}

interface SlowParameters {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly start_time?: bigint | undefined;
  readonly end_time?: bigint | undefined;
  readonly since?: bigint | undefined;
  readonly above?: bigint | undefined;
  readonly percentile?: string | undefined;
  readonly limit?: number | undefined;
}

async function slowTracesOf(parameters: SlowParameters, call: AnalysisCall): Promise<SlowTracesAnswer> {
  const { service, operation, above, percentile } = parameters;
  for (const [name, value] of Object.entries({ operation, percentile })) {
    if (value !== undefined && service === undefined) {
      throw new ParameterError('invalid_parameter', name, `Parameter "${name}" needs the parameter "service"`);
    }
  }
  if (above !== undefined && percentile !== undefined) {
    throw new ParameterError('invalid_parameter', 'percentile', 'Give either "above" or "percentile", not both');
  }
  if (service !== undefined) await requireService(service, call);
  const window = await analysisWindow(parameters, call);
  let aboveNano = above ?? DEFAULT_SLOW_NANO;
  if (service !== undefined && percentile !== undefined) {
    const requests = await call.store.requests(
      call.tenant,
      { service, ...(operation !== undefined && { operation }), window, stepNano: 1n << 62n, slowNano: 0n },
      { signal: call.signal },
    );
    aboveNano = BigInt(Math.round(quantileOf(requests, PERCENTILES.indexOf(percentile))));
  }
  const query = service === undefined ? longTraceQuery(aboveNano) : requestQuery({ service, operation, aboveNano });
  const limit = parameters.limit ?? DEFAULT_LIMIT;
  const { summaries, found } = await listTraces(call, { query, window, order: 'longest', limit });
  const reasons = [...found.reasons];
  if (found.cursor !== undefined && summaries.length === limit) {
    reasons.push({
      code: 'analysis_limit',
      message: `There are more than the ${limit} traces that are listed; ask with a larger limit, or search by the query`,
    });
  }
  return {
    window: analysisWindowAnswer(window),
    slow_above_nano: Number(aboveNano),
    percentile: percentile === undefined ? null : Number(percentile),
    query: printQuery(query),
    traces: summaries,
    complete: reasons.length === 0,
    reasons,
  };
}
