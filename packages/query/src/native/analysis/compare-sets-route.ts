import { type ComponentChange, compareSetsInSteps } from '@throughline/analysis';
import type { TimeWindow } from '@throughline/store';
import { printQuery, type Query } from '@throughline/traceql';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type AnalysisWindow, analysisWindow } from '../../analysis-window.ts';
import type { IncompletenessReason } from '../../completeness.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { integer, windowFrom, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { queryFromText } from '../../query-text.ts';
import { findMatchingTraces } from '../../search-traces.ts';
import { errorAnswer } from '../schemas.ts';
import { times } from '../to-answers.ts';
import { type AnalysisCall, listReasons } from './analysis-context.ts';
import { featureLiftAnswer } from './feature-answer.ts';
import { type ReadTraces, readWithin, sampleAnswer } from './read-sample.ts';
import { inTurns } from './in-turns.ts';
import { runAnalysis } from './run-analysis.ts';
import { setComparisonAnswer } from './sample-answer-schemas.ts';
import type { ComponentChangeAnswer, SetComparisonAnswer } from './sample-answer-types.ts';
import { operationText } from './trace-queries.ts';

const DEFAULT_LIMIT = 20;
/** Traces of a set, unless the request says more: enough for a difference of a few percent to be sure. */
const DEFAULT_TRACES = 500;

/** `GET /v1/analysis/compare-sets` */
export function compareSetsRoute(scope: FastifyInstance, context: QueryContext): void {
  const { maxAnalysisLimit, maxSampledTraces } = context.limits;
  const q = z.string().meta({ description: 'TraceQL', examples: ['{ trace:duration > 1s }'] });
  const parameters = z.strictObject({
    a: q,
    b: q,
    ...windowParameters,
    a_start_time: windowParameters.start_time.meta({ description: 'The window of a, where it has its own' }),
    a_end_time: windowParameters.end_time,
    b_start_time: windowParameters.start_time,
    b_end_time: windowParameters.end_time,
    traces: integer(1, Math.floor(maxSampledTraces / 2))
      .optional()
      .meta({ description: `Of each set, the newest; ${DEFAULT_TRACES} by default` }),
    limit: integer(1, maxAnalysisLimit).optional(),
  });

  scope.get(
    '/v1/analysis/compare-sets',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'compareSets',
        summary: 'Say what the traces of query b have that those of query a have not',
        description:
          'Attribute values, operations, edges and errors by share of traces, with exact tests corrected for many; time ' +
          'on the critical path by operation. A trace that both select is in b only.',
        querystring: parameters,
        response: { 200: setComparisonAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const query = validQuery(request, parameters);
      return runAnalysis(request, reply, context, (call) => comparisonOf(query, call));
    },
  );
}

interface CompareSetsParameters {
  readonly a: string;
  readonly b: string;
  readonly start_time?: bigint | undefined;
  readonly end_time?: bigint | undefined;
  readonly since?: bigint | undefined;
  readonly a_start_time?: bigint | undefined;
  readonly a_end_time?: bigint | undefined;
  readonly b_start_time?: bigint | undefined;
  readonly b_end_time?: bigint | undefined;
  readonly traces?: number | undefined;
  readonly limit?: number | undefined;
}

interface FoundSet extends ReadTraces {
  readonly window: TimeWindow;
  readonly reasons: readonly IncompletenessReason[];
}

async function comparisonOf(parameters: CompareSetsParameters, call: AnalysisCall): Promise<SetComparisonAnswer> {
  const [a, b] = [queryFromText(parameters.a), queryFromText(parameters.b)];
  const common = await analysisWindow(parameters, call);
  const own = (start_time: bigint | undefined, end_time: bigint | undefined): TimeWindow =>
    windowFrom({ start_time, end_time }, call.nowUnixNano) ?? common;
  const maxTraces = parameters.traces ?? DEFAULT_TRACES;
  const after = await setOf(call, 'b', b, own(parameters.b_start_time, parameters.b_end_time), maxTraces);
  const inB = new Set(after.traces.map(({ traceId }) => traceId));
  const before = await setOf(call, 'a', a, own(parameters.a_start_time, parameters.a_end_time), maxTraces, inB);
  const limit = parameters.limit ?? DEFAULT_LIMIT;
  const comparison = await inTurns(compareSetsInSteps(before.traces, after.traces, { limit }), call.signal);
  const reasons = [...before.reasons, ...after.reasons, ...evictionReasons(call.store)];
  if (comparison.limited) {
    reasons.push({
      code: 'analysis_limit',
      message: 'The traces have more attribute values than are compared; name fewer traces',
    });
  }
  return {
    a: setAnswer(before, a),
    b: setAnswer(after, b),
    delta_mean_duration_nano: comparison.deltaMeanDurationNano,
    attributes: comparison.attributes.map(featureLiftAnswer),
    structure: comparison.structure.map(featureLiftAnswer),
    components: comparison.components.map(componentChangeAnswer),
    tested_feature_count: comparison.testedFeatureCount,
    high_cardinality_keys: comparison.highCardinalityKeys,
    complete: reasons.length === 0,
    reasons,
  };
}

async function setOf(
  call: AnalysisCall,
  name: 'a' | 'b',
  query: Query,
  window: AnalysisWindow | TimeWindow,
  maxTraces: number,
  excluded: ReadonlySet<string> = new Set(),
): Promise<FoundSet> {
  const { tenant, limits } = call;
  // As many more as may have to be left out.
  const limit = maxTraces + excluded.size;
  const found = await findMatchingTraces({ tenant, query, window, order: 'newest', limit }, call);
  const wanted = found.traces.map(({ traceId }) => traceId).filter((traceId) => !excluded.has(traceId));
  const read = await readWithin(call, wanted.slice(0, maxTraces), Math.floor(limits.maxSampledSpans / 2));
  const reasons = listReasons(found).map(({ code, message }) => ({ code, message: `Set ${name}: ${message}` }));
  if (found.cursor !== undefined || read.traces.length < wanted.length) {
    reasons.push({
      code: 'trace_sample',
      message: `Set ${name} has more traces; the newest ${read.traces.length} were compared`,
    });
  }
  return { ...read, traceCount: wanted.length, window, reasons };
}

function setAnswer(found: FoundSet, query: Query): SetComparisonAnswer['a'] {
  const { fromUnixNano, toUnixNano } = found.window;
  return { ...times(fromUnixNano, toUnixNano), ...sampleAnswer(found), query: printQuery(query) };
}

function componentChangeAnswer(change: ComponentChange): ComponentChangeAnswer {
  const { service, operation } = change;
  return {
    service,
    operation,
    a_count: change.beforeCount,
    b_count: change.afterCount,
    a_mean_nano: change.beforeMeanNano,
    b_mean_nano: change.afterMeanNano,
    delta_mean_nano: change.deltaMeanNano,
    effect_size: change.effectSize,
    adjusted_p_value: change.adjustedPValue,
    query: operationText({ service, operation }),
  };
}
