import { secondsFromNanos } from '@throughline/model';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { analysisWindow } from '../../analysis-window.ts';
import type { IncompletenessReason } from '../../completeness.ts';
import { evictionReasons } from '../../evicted-spans.ts';
import { windowParameters } from '../../http/parameters.ts';
import { validParams, validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import { analysisWindowAnswer, requireService } from '../analysis/analysis-context.ts';
import { runAnalysis } from '../analysis/run-analysis.ts';
import { attributeText } from '../analysis/trace-queries.ts';
import { errorAnswer } from '../schemas.ts';
import type { DeploymentsAnswer } from './explore-answer-types.ts';
import { deploymentsAnswer } from './explore-schemas.ts';

const params = z.strictObject({ service: z.string() });
const parameters = z.strictObject(windowParameters);

/** `GET /v1/services/:service/deployments` */
export function deploymentsRoute(scope: FastifyInstance, context: QueryContext): void {
  scope.get(
    '/v1/services/:service/deployments',
    {
      schema: {
        tags: ['services'],
        operationId: 'listDeployments',
        summary: 'List the versions of a service that ran, and when',
        description:
          'A version is the resource attribute service.version of its spans. Without a window it is the last hour, or ' +
          'the last hour of the data where nothing is newer.',
        params,
        querystring: parameters,
        response: { 200: deploymentsAnswer, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const { service } = validParams(request, params);
      const given = validQuery(request, parameters);
      return runAnalysis(request, reply, context, async (call): Promise<DeploymentsAnswer> => {
        const { store, tenant, signal, limits } = call;
        await requireService(service, call);
        const window = await analysisWindow(given, call);
        const { versions, unversionedCount } = await store.serviceVersions(tenant, { service, window }, { signal });
        const reasons: IncompletenessReason[] = [...evictionReasons(store)];
        const limit = limits.defaultAnalysisLimit;
        if (versions.length > limit) {
          const message = `There are ${versions.length} versions, of which the ${limit} that appeared last are listed`;
          reasons.push({ code: 'analysis_limit', message });
        }
        return {
          service,
          window: analysisWindowAnswer(window),
          deployments: versions.slice(-limit).map(({ version, firstStartUnixNano, lastStartUnixNano, spanCount }) => ({
            version,
            first_seen: secondsFromNanos(firstStartUnixNano),
            last_seen: secondsFromNanos(lastStartUnixNano),
            span_count: spanCount,
            query: attributeText({ service, scope: 'resource', key: 'service.version', value: version }),
          })),
          missing_count: unversionedCount,
          complete: reasons.length === 0,
          reasons,
        };
      });
    },
  );
}
