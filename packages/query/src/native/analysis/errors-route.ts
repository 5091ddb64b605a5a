import { type ErrorGroup, ErrorGroups } from '@throughline/analysis';
import { serviceName } from '@throughline/model';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { analysisWindow } from '../../analysis-window.ts';
import type { IncompletenessReason } from '../../completeness.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { integer, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { errorAnswer } from '../schemas.ts';
import { type AnalysisCall, analysisWindowAnswer, requireService, secondsOf } from './analysis-context.ts';
import { runAnalysis } from './run-analysis.ts';
import { errorsAnswer } from './set-answer-schemas.ts';
import type { ErrorGroupAnswer, ErrorsAnswer } from './set-answer-types.ts';
import { errorGroupText, spansText } from './trace-queries.ts';

const DEFAULT_LIMIT = 100;

/** `GET /v1/analysis/errors` */
export function errorsRoute(scope: FastifyInstance, context: QueryContext): void {
  const { maxErrorSpans, maxAnalysisLimit } = context.limits;
  const parameters = z.strictObject({
    service: z.string().optional(),
    operation: z.string().optional().meta({ description: 'The name of the span that failed' }),
    ...windowParameters,
    limit: integer(1, maxAnalysisLimit)
      .optional()
      .meta({ description: `Kinds of errors; ${DEFAULT_LIMIT} by default` }),
  });

  scope.get(
    '/v1/analysis/errors',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'listErrors',
        summary: 'List the kinds of errors, most frequent first',
        description:
          'Errors are of one kind when service, operation, type and message are the same but for numbers and ids. ' +
          `The newest ${maxErrorSpans} error spans of the window are read.`,
        querystring: parameters,
        response: { 200: errorsAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const query = validQuery(request, parameters);
      return runAnalysis(request, reply, context, (call) => errorsOf(query, call));
    },
  );
}

interface ErrorParameters {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly start_time?: bigint | undefined;
  readonly end_time?: bigint | undefined;
  readonly since?: bigint | undefined;
  readonly limit?: number | undefined;
}

async function errorsOf(parameters: ErrorParameters, call: AnalysisCall): Promise<ErrorsAnswer> {
  const { store, tenant, signal, limits } = call;
  const { service, operation } = parameters;
  if (service !== undefined) await requireService(service, call);
  const window = await analysisWindow(parameters, call);
  const { spans, scanLimited } = await store.errorSpans(
    tenant,
    {
      window,
      maxSpanCount: limits.maxErrorSpans,
      ...(service !== undefined && { service }),
      ...(operation !== undefined && { operation }),
    },
    { signal },
  );
  const groups = new ErrorGroups();
  let errorCount = 0;
  for (const span of spans) {
    groups.add(span, serviceName(span.resource));
    errorCount += span.weight;
  }
  const limit = parameters.limit ?? DEFAULT_LIMIT;
  const reasons: IncompletenessReason[] = [...evictionReasons(store)];
  if (scanLimited) {
    reasons.push({
      code: 'error_scan_limit',
      message: `Only the newest ${limits.maxErrorSpans} error spans were read, as many as one request may; narrow the time range`,
    });
  }
  if (groups.size > limit || groups.omittedCount > 0) {
    reasons.push({
      code: 'analysis_limit',
      message: `There are more than the ${Math.min(limit, groups.size)} kinds of errors that are listed; ask with a larger limit or narrow the time range`,
    });
  }
  return {
    window: analysisWindowAnswer(window),
    error_count: errorCount,
    query: spansText({ service, operation, error: true }),
    group_count: groups.size,
    groups: groups.mostFrequent(limit).map(errorGroupAnswer),
    complete: reasons.length === 0,
    reasons,
  };
}

export function errorGroupAnswer(group: ErrorGroup): ErrorGroupAnswer {
  return {
    fingerprint: group.id,
    service: group.service,
    operation: group.operation,
    message: group.messageTemplate,
    type: group.type,
    count: group.count,
    first_time: secondsOf(group.firstUnixNano),
    last_time: secondsOf(group.lastUnixNano),
    samples: group.samples.map(({ traceId, spanId, message }) => ({ trace_id: traceId, span_id: spanId, message })),
    query: errorGroupText(group),
  };
}
