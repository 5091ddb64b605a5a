import { dependencyEdgesInSteps, type DependencyEdge as SampledEdge } from '@throughline/analysis';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { analysisWindow } from '../../analysis-window.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { errorAnswer } from '../schemas.ts';
import { edgeAnswer } from '../to-answers.ts';
import { type AnalysisCall, analysisWindowAnswer } from './analysis-context.ts';
import { sampleAnswer, sampleOf, sampleReasons } from './read-sample.ts';
import { inTurns } from './in-turns.ts';
import { runAnalysis } from './run-analysis.ts';
import { serviceGraphAnswer } from './sample-answer-schemas.ts';
import type { PeerEdgeAnswer, ServiceGraphAnswer } from './sample-answer-types.ts';
import { edgeText, operationText } from './trace-queries.ts';

/** Of each edge. */
const MAX_OPERATIONS = 10;

/** `GET /v1/analysis/dependencies` */
export function analysisDependenciesRoute(scope: FastifyInstance, context: QueryContext): void {
  const parameters = z.strictObject(windowParameters);

  scope.get(
    '/v1/analysis/dependencies',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'analyzeDependencies',
        summary: 'List who calls whom, by which transport, and what has no spans of its own',
        description:
          'The edges are those of /v1/dependencies, from all spans. Transports, operations and peers without spans ' +
          '(databases, queues, external services) are from a fair sample of the traces.',
        querystring: parameters,
        response: { 200: serviceGraphAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const query = validQuery(request, parameters);
      return runAnalysis(request, reply, context, (call) => serviceGraphOf(query, call));
    },
  );
}

async function serviceGraphOf(
  parameters: {
    readonly start_time?: bigint | undefined;
    readonly end_time?: bigint | undefined;
    readonly since?: bigint | undefined;
  },
  call: AnalysisCall,
): Promise<ServiceGraphAnswer> {
  const { store, tenant, signal } = call;
  const window = await analysisWindow(parameters, call);
  const [edges, sample] = await Promise.all([store.dependencies(tenant, window, { signal }), sampleOf(call, window)]);
  const sampled = await inTurns(dependencyEdgesInSteps(sample.traces), signal);
  const known = new Map(
    sampled
      .filter(({ calleeKind }) => calleeKind === 'instrumented')
      .map((edge) => [JSON.stringify([edge.caller, edge.callee]), edge]),
  );
  const reasons = [...sampleReasons('the window', sample), ...evictionReasons(store)];
  return {
    window: analysisWindowAnswer(window),
    sample: sampleAnswer(sample),
    edges: edges.map((edge) => {
      const details = known.get(JSON.stringify([edge.parent, edge.child]));
      return { ...edgeAnswer(edge), ...detailsOf(details), query: edgeText(edge.parent, edge.child) };
    }),
    peers: sampled.flatMap((edge) => (edge.calleeKind === 'instrumented' ? [] : [peerAnswer(edge, edge.calleeKind)])),
    complete: reasons.length === 0,
    reasons,
  };
}

function detailsOf(edge: SampledEdge | undefined): Pick<PeerEdgeAnswer, 'transports' | 'operations'> {
  return {
    transports: edge?.transports ?? [],
    operations: (edge?.operations ?? []).slice(0, MAX_OPERATIONS).map(({ name }) => name),
  };
}

function peerAnswer(edge: SampledEdge, kind: PeerEdgeAnswer['kind']): PeerEdgeAnswer {
  const { caller, callee, callCount, errorCount, durations } = edge;
  const ms = (nano: number | undefined): number => (nano ?? 0) / 1e6;
  return {
    parent: caller,
    peer: callee,
    kind,
    sampled_call_count: callCount,
    error_rate: callCount > 0 ? errorCount / callCount : 0,
    duration_avg_ms: ms(durations.average),
    duration_p50_ms: ms(durations.quantile(0.5)),
    duration_p95_ms: ms(durations.quantile(0.95)),
    duration_p99_ms: ms(durations.quantile(0.99)),
    ...detailsOf(edge),
    query: operationText({ service: caller, operation: edge.operations[0]?.name ?? '' }),
  };
}
