import { estimateClockSkewInSteps, hostAttribute } from '@throughline/analysis';
import type { Resource, Trace } from '@throughline/model';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { analysisWindow } from '../../analysis-window.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { integer, windowParameters } from '../../http/parameters.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { errorAnswer } from '../schemas.ts';
import { type AnalysisCall, analysisWindowAnswer, secondsOf } from './analysis-context.ts';
import { sampleAnswer, sampleOf, sampleReasons } from './read-sample.ts';
import { inTurns } from './in-turns.ts';
import { runAnalysis } from './run-analysis.ts';
import { clockSkewAnswer } from './sample-answer-schemas.ts';
import type { ClockSkewAnswer } from './sample-answer-types.ts';
import { hostText } from './trace-queries.ts';

const DEFAULT_LIMIT = 100;

/** `GET /v1/analysis/skew` */
export function skewRoute(scope: FastifyInstance, context: QueryContext): void {
  const parameters = z.strictObject({
    ...windowParameters,
    limit: integer(1, context.limits.maxAnalysisLimit).optional(),
  });

  scope.get(
    '/v1/analysis/skew',
    {
      schema: {
        tags: ['analysis'],
        operationId: 'estimateClockSkew',
        summary: "Estimate the offset and drift of the hosts' clocks, with bounds",
        description:
          'From the calls between hosts in a fair sample of the traces. Nothing stored is changed, and no other answer is ' +
          'corrected by it.',
        querystring: parameters,
        response: { 200: clockSkewAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const query = validQuery(request, parameters);
      return runAnalysis(request, reply, context, (call) => skewOf(query, call));
    },
  );
}

async function skewOf(
  parameters: {
    readonly start_time?: bigint | undefined;
    readonly end_time?: bigint | undefined;
    readonly since?: bigint | undefined;
    readonly limit?: number | undefined;
  },
  call: AnalysisCall,
): Promise<ClockSkewAnswer> {
  const window = await analysisWindow(parameters, call);
  const sample = await sampleOf(call, window, { detail: 'structure' });
  const { hosts, pairs, atUnixNano } = await inTurns(estimateClockSkewInSteps(sample.traces), call.signal);
  const names = hostNames(sample.traces);
  const limit = parameters.limit ?? DEFAULT_LIMIT;
  const reasons = [...sampleReasons('the window', sample), ...evictionReasons(call.store)];
  if (hosts.size > limit || pairs.length > limit) {
    reasons.push({
      code: 'analysis_limit',
      message: `There are ${hosts.size} hosts and ${pairs.length} pairs; ${limit} of each are listed`,
    });
  }
  return {
    window: analysisWindowAnswer(window),
    sample: sampleAnswer(sample),
    time: secondsOf(atUnixNano),
    hosts: [...hosts.values()]
      .toSorted((a, b) => Math.abs(b.offsetNano) - Math.abs(a.offsetNano) || (a.host < b.host ? -1 : 1))
      .slice(0, limit)
      .map(({ host, reference, offsetNano, errorNano, driftNanoPerSecond }) => ({
        host,
        reference,
        offset_nano: offsetNano,
        error_nano: errorNano,
        drift_nano_per_second: driftNanoPerSecond,
        query: hostText(host, names.get(host) ?? []),
      })),
    pairs: pairs
      .toSorted((a, b) => Math.abs(b.offsetNano) - Math.abs(a.offsetNano) || b.callCount - a.callCount)
      .slice(0, limit)
      .map((pair) => ({
        first: pair.first,
        second: pair.second,
        call_count: pair.callCount,
        offset_nano: pair.offsetNano,
        error_nano: pair.errorNano,
        drift_nano_per_second: pair.driftNanoPerSecond,
        violated_share: pair.violatedShare,
      })),
    complete: reasons.length === 0,
    reasons,
  };
}

/** Which attributes name each host. */
function hostNames(traces: readonly Trace[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  const seen = new Set<Resource>();
  for (const { spans } of traces) {
    for (const { resource } of spans) {
      if (seen.has(resource)) continue;
      seen.add(resource);
      const named = hostAttribute(resource);
      if (named === undefined) continue;
      names.set(named.value, (names.get(named.value) ?? new Set()).add(named.name));
    }
  }
  return names;
}
