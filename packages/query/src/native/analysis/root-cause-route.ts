import {
  rankRootCausesInSteps,
  rankWithinWindowInSteps,
  type RootCause,
  type RootCauseEvidence,
  type SuspectedTime,
} from '@throughline/analysis';
import type { RedPoint, TimeWindow } from '@throughline/store';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { analysisWindow } from '../../analysis-window.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { integer, windowFrom, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { errorAnswer } from '../schemas.ts';
import { times } from '../to-answers.ts';
import { type AnalysisCall, analysisWindowAnswer, secondsOf } from './analysis-context.ts';
import { changedOperations, isForWorse } from './changed-operations.ts';
import { featureLiftAnswer } from './feature-answer.ts';
import { sampleAnswer, sampleOf, sampleReasons } from './read-sample.ts';
import { inTurns } from './in-turns.ts';
import { runAnalysis } from './run-analysis.ts';
import { rootCauseAnswer } from './sample-answer-schemas.ts';
import type { CauseAnswer, CauseEvidenceAnswer, RootCauseAnswer } from './sample-answer-types.ts';
import { operationText } from './trace-queries.ts';

const DEFAULT_LIMIT = 10;

export const referenceParameters: {
  readonly reference_start_time: typeof windowParameters.start_time;
  readonly reference_end_time: typeof windowParameters.end_time;
} = { reference_start_time: windowParameters.start_time, reference_end_time: windowParameters.end_time };

export interface ReferenceParameters {
  readonly reference_start_time?: bigint | undefined;
  readonly reference_end_time?: bigint | undefined;
}

/** The reference window that the parameters name, if any. @throws ParameterError */
export function referenceWindow(
  { reference_start_time: start_time, reference_end_time: end_time }: ReferenceParameters,
  nowUnixNano: () => bigint,
): TimeWindow | undefined {
  return windowFrom({ start_time, end_time }, nowUnixNano);
}

/** `GET /v1/analysis/root-cause` */
export function rootCauseRoute(scope: FastifyInstance, context: QueryContext): void {
  const { maxSampledTraces, maxSampledSpans, maxAnalysisLimit } = context.limits;
  const parameters = z.strictObject({
    ...windowParameters,
    ...referenceParameters,
    limit: integer(1, maxAnalysisLimit)
      .optional()
      .meta({ description: `Of each list; ${DEFAULT_LIMIT} by default` }),
  });

  scope.get(
    '/v1/analysis/root-cause',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'rankRootCauses',
        summary: 'Rank the services, operations, instances and attribute values that explain what is wrong',
        description:
          'The window is held against a reference window, or without one divided by time where the difference is strongest. ' +
          `At most ${maxSampledTraces} traces and ${maxSampledSpans} spans are read, sampled by the hash of the trace id.`,
        querystring: parameters,
        response: { 200: rootCauseAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const query = validQuery(request, parameters);
      return runAnalysis(request, reply, context, (call) => rootCausesOf(query, call));
    },
  );
}

interface RootCauseParameters extends ReferenceParameters {
  readonly start_time?: bigint | undefined;
  readonly end_time?: bigint | undefined;
  readonly since?: bigint | undefined;
  readonly limit?: number | undefined;
}

async function rootCausesOf(parameters: RootCauseParameters, call: AnalysisCall): Promise<RootCauseAnswer> {
  const reference = referenceWindow(parameters, call.nowUnixNano);
  const window = await analysisWindow(parameters, call);
  const parts = reference === undefined ? 1 : 2;
  const { store, tenant, signal } = call;
  const [sample, usual, points] = await Promise.all([
    sampleOf(call, window, { parts }),
    reference === undefined ? undefined : sampleOf(call, reference, { parts }),
    reference === undefined ? store.red(tenant, { window }, { signal }) : [],
  ]);
  const { ranking, split } =
    usual === undefined
      ? await inTurns(rankWithinWindowInSteps(sample.traces, suspectedTimes(points)), signal)
      : { ranking: await inTurns(rankRootCausesInSteps(usual.traces, sample.traces), signal), split: undefined };
  const limit = parameters.limit ?? DEFAULT_LIMIT;
  const causes = (list: readonly RootCause[]): readonly CauseAnswer[] => list.slice(0, limit).map(causeAnswer);
  const reasons = [
    ...sampleReasons('the window', sample),
    ...(usual === undefined ? [] : sampleReasons('the reference', usual)),
    ...evictionReasons(call.store),
  ];
  return {
    window: analysisWindowAnswer(window),
    sample: sampleAnswer(sample),
    reference:
      reference === undefined || usual === undefined
        ? null
        : { ...times(reference.fromUnixNano, reference.toUnixNano), ...sampleAnswer(usual) },
    split:
      split === undefined
        ? null
        : {
            time: secondsOf(split.atUnixNano),
            until_time: split.untilUnixNano === undefined ? null : secondsOf(split.untilUnixNano),
            reference: split.reference,
          },
    services: causes(ranking.services),
    operations: causes(ranking.operations),
    instances: causes(ranking.instances),
    attributes: ranking.attributes
      .slice(0, limit)
      .map((each) => ({ ...featureLiftAnswer(each), sample_trace_ids: each.sampleTraceIds })),
    complete: reasons.length === 0,
    reasons,
  };
}

/** Changes of operations by which a window is divided. */
const MAX_DIVISIONS = 3;
const SECOND_NANO = 1_000_000_000n;

/** Times in which the level of an operation was worse, the most significant change first. */
function suspectedTimes(points: readonly RedPoint[]): readonly SuspectedTime[] {
  const found = new Map<string, SuspectedTime>();
  for (const { since_time: since, until_time: until } of changedOperations(points).filter(isForWorse)) {
    if (found.size >= MAX_DIVISIONS) break;
    found.set(`${since} ${until}`, {
      atUnixNano: BigInt(since) * SECOND_NANO,
      untilUnixNano: until === null ? undefined : BigInt(until) * SECOND_NANO,
    });
  }
  return [...found.values()];
}

function causeAnswer({ name, score, evidence }: RootCause): CauseAnswer {
  return { name, score, evidence: evidence.map(evidenceAnswer) };
}

function evidenceAnswer(evidence: RootCauseEvidence): CauseEvidenceAnswer {
  const { kind, service, operation, usualNano } = evidence;
  return {
    kind,
    service,
    operation,
    callee: evidence.callee ?? null,
    weight: evidence.weight,
    affected_count: evidence.affectedCount,
    observation_count: evidence.observationCount,
    usual_nano: usualNano,
    excess_nano: evidence.excessNano,
    samples: evidence.samples.map(({ traceId, spanId }) => ({ trace_id: traceId, span_id: spanId })),
    query: operationText({
      service,
      operation,
      ...(kind === 'slower' && { aboveNano: BigInt(Math.round(usualNano)) }),
      ...(kind === 'failing' && { error: true }),
    }),
  };
}
