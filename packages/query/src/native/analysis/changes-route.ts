import { ErrorGroups, featureLiftsInSteps } from '@throughline/analysis';
import { serviceName } from '@throughline/model';
import type { RedPoint, TimeWindow } from '@throughline/store';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type AnalysisWindow, analysisWindow } from '../../analysis-window.ts';
import type { IncompletenessReason } from '../../completeness.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { ParameterError } from '../../http/parameter-error.ts';
import { integer, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { errorAnswer } from '../schemas.ts';
import { times } from '../to-answers.ts';
import { type AnalysisCall, analysisWindowAnswer, requireService, secondsOf } from './analysis-context.ts';
import { changedOperations, isForWorse, tooFewCalls } from './changed-operations.ts';
import { errorGroupAnswer } from './errors-route.ts';
import { featureLiftAnswer } from './feature-answer.ts';
import { sampleAnswer, sampleOf, sampleReasons } from './read-sample.ts';
import { type ReferenceParameters, referenceParameters, referenceWindow } from './root-cause-route.ts';
import { inTurns } from './in-turns.ts';
import { runAnalysis } from './run-analysis.ts';
import { changesAnswer } from './sample-answer-schemas.ts';
import type { ChangesAnswer, NewEdgeAnswer, OperationChangeAnswer } from './sample-answer-types.ts';
import type { ErrorGroupAnswer } from './set-answer-types.ts';
import { edgeText } from './trace-queries.ts';

const DEFAULT_LIMIT = 20;
const SECOND_NANO = 1_000_000_000n;

/** `GET /v1/analysis/changes` */
export function changesRoute(scope: FastifyInstance, context: QueryContext): void {
  const parameters = z.strictObject({
    service: z.string().optional().meta({ description: 'Only operations, edges and errors of this service' }),
    ...windowParameters,
    ...referenceParameters,
    limit: integer(1, context.limits.maxAnalysisLimit)
      .optional()
      .meta({ description: `Of each list; ${DEFAULT_LIMIT} by default` }),
  });

  scope.get(
    '/v1/analysis/changes',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'listChanges',
        summary: 'Say since when operations are slower or failing, and what appeared then',
        description:
          'Levels of p95 and of the error rate of every operation, minute by minute over the reference and the window. ' +
          'The reference is by default as much time before the window.',
        querystring: parameters,
        response: { 200: changesAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const query = validQuery(request, parameters);
      return runAnalysis(request, reply, context, (call) => changesOf(query, call));
    },
  );
}

interface ChangesParameters extends ReferenceParameters {
  readonly service?: string | undefined;
  readonly start_time?: bigint | undefined;
  readonly end_time?: bigint | undefined;
  readonly since?: bigint | undefined;
  readonly limit?: number | undefined;
}

async function changesOf(parameters: ChangesParameters, call: AnalysisCall): Promise<ChangesAnswer> {
  const { store, tenant, signal } = call;
  const { service } = parameters;
  if (service !== undefined) await requireService(service, call);
  const window = await analysisWindow(parameters, call);
  const reference = referenceWindow(parameters, call.nowUnixNano) ?? beforeWindow(window);
  if (reference.toUnixNano > window.fromUnixNano) {
    throw new ParameterError(
      'invalid_parameter',
      'reference_end_time',
      'The reference window must be over when the window begins',
    );
  }
  const limit = parameters.limit ?? DEFAULT_LIMIT;
  const ofService = service === undefined ? {} : { service };
  const [ofReference, ofWindow] = await Promise.all([
    store.red(tenant, { ...ofService, window: reference }, { signal }),
    store.red(tenant, { ...ofService, window }, { signal }),
  ]);
  const points = [...ofReference, ...ofWindow];
  const operations = changedOperations(points);
  const { at, until, chosen } = splitOf(window, points, operations);
  const before = { fromUnixNano: reference.fromUnixNano, toUnixNano: at };
  const after = { fromUnixNano: at, toUnixNano: until };
  const [ofBefore, ofAfter, appeared] = await Promise.all([
    sampleOf(call, before, { parts: 2, service }),
    sampleOf(call, after, { parts: 2, service }),
    newIn(call, before, after, service),
  ]);
  const { lifts } = await inTurns(featureLiftsInSteps(ofBefore.traces, ofAfter.traces), signal);
  const isOfService = (each: (typeof lifts)[number]): boolean =>
    service === undefined ||
    each.feature.service === service ||
    (each.feature.kind === 'edge' && each.feature.callee === service);
  const features = lifts.filter(isOfService);
  const reasons: IncompletenessReason[] = [
    ...sampleReasons('the time before the split', ofBefore),
    ...sampleReasons('the time after the split', ofAfter),
    ...appeared.reasons,
    ...tooFewCalls(points),
    ...evictionReasons(store),
  ];
  const lists = [operations, features, appeared.edges, appeared.errors, appeared.services];
  if (lists.some(({ length }) => length > limit)) {
    reasons.push({
      code: 'analysis_limit',
      message: `A list has more than the ${limit} entries that it may have; ask with a larger limit`,
    });
  }
  return {
    window: analysisWindowAnswer(window),
    reference: times(reference.fromUnixNano, reference.toUnixNano),
    operations: operations.slice(0, limit),
    split: { time: secondsOf(at), chosen, before: sampleAnswer(ofBefore), after: sampleAnswer(ofAfter) },
    features: features.slice(0, limit).map(featureLiftAnswer),
    new_services: appeared.services.slice(0, limit),
    new_edges: appeared.edges.slice(0, limit),
    new_errors: appeared.errors.slice(0, limit),
    complete: reasons.length === 0,
    reasons,
  };
}

function beforeWindow({ fromUnixNano, toUnixNano }: TimeWindow): TimeWindow {
  const start = fromUnixNano - (toUnixNano - fromUnixNano);
  return { fromUnixNano: start > 0n ? start : 0n, toUnixNano: fromUnixNano };
}

interface Split {
  readonly at: bigint;
  readonly until: bigint;
  readonly chosen: ChangesAnswer['split']['chosen'];
}

function splitOf(
  window: AnalysisWindow,
  points: readonly RedPoint[],
  changes: readonly OperationChangeAnswer[],
): Split {
  const worse = changes.filter(isForWorse);
  // What is over again explains less of the trouble there is than what lasts.
  const worst = worse.find(({ until_time: until }) => until === null) ?? worse[0] ?? changes[0];
  if (worst !== undefined) {
    return {
      at: BigInt(worst.since_time) * SECOND_NANO,
      until: worst.until_time === null ? window.toUnixNano : BigInt(worst.until_time) * SECOND_NANO,
      chosen: 'operation_change',
    };
  }
  const minutes = points.map(({ minuteUnixSeconds }) => BigInt(minuteUnixSeconds) * SECOND_NANO);
  const first = minutes.reduce((least, each) => (each < least ? each : least), window.toUnixNano);
  if (first < window.fromUnixNano || first >= window.toUnixNano) {
    return { at: window.fromUnixNano, until: window.toUnixNano, chosen: 'window_start' };
  }
  return { at: first + (window.toUnixNano - first) / 2n, until: window.toUnixNano, chosen: 'middle_of_data' };
}

/** What is after the split and was not before, of all spans. Nothing is new where there was nothing before. */
async function newIn(
  { store, tenant, signal, limits }: AnalysisCall,
  before: TimeWindow,
  after: TimeWindow,
  service: string | undefined,
): Promise<{
  readonly services: readonly string[];
  readonly edges: readonly NewEdgeAnswer[];
  readonly errors: readonly ErrorGroupAnswer[];
  readonly reasons: readonly IncompletenessReason[];
}> {
  // The rollups know services by the minute: that of the split counts as before.
  const known = new Set(await store.services(tenant, before, { signal }));
  if (known.size === 0) return { services: [], edges: [], errors: [], reasons: [] };
  const services = (await store.services(tenant, after, { signal })).filter(
    (each) => !known.has(each) && (service === undefined || each === service),
  );
  const knownEdges = new Set(
    (await store.dependencies(tenant, before, { signal })).map(({ parent, child }) => JSON.stringify([parent, child])),
  );
  const edges = (await store.dependencies(tenant, after, { signal }))
    .filter(({ parent, child }) => !knownEdges.has(JSON.stringify([parent, child])))
    .filter(({ parent, child }) => service === undefined || parent === service || child === service)
    .map(({ parent, child, callCount }) => ({ parent, child, call_count: callCount, query: edgeText(parent, child) }));
  const scan = { maxSpanCount: limits.maxErrorSpans, ...(service !== undefined && { service }) };
  const { spans, scanLimited } = await store.errorSpans(
    tenant,
    { ...scan, window: { fromUnixNano: before.fromUnixNano, toUnixNano: after.toUnixNano } },
    { signal },
  );
  const [old, current] = [new ErrorGroups(), new ErrorGroups()];
  for (const span of spans) {
    (span.startTimeUnixNano < after.fromUnixNano ? old : current).add(span, serviceName(span.resource));
  }
  const oldIds = new Set(old.mostFrequent(Number.POSITIVE_INFINITY).map(({ id }) => id));
  const errors = current
    .mostFrequent(Number.POSITIVE_INFINITY)
    .filter(({ id }) => !oldIds.has(id))
    .map(errorGroupAnswer);
  const reasons: IncompletenessReason[] = scanLimited
    ? [
        {
          code: 'error_scan_limit',
          message: `Only the newest ${limits.maxErrorSpans} error spans were read; an error that was seen long before may be called new`,
        },
      ]
    : [];
  return { services, edges, errors, reasons };
}
