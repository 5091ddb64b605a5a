import type { FastifyInstance } from 'fastify';
import type { QueryContext } from '../../query-context.ts';
import { changesRoute } from './changes-route.ts';
import { compareSetsRoute } from './compare-sets-route.ts';
import { criticalPathRoute } from './critical-path-route.ts';
import { analysisDependenciesRoute } from './dependencies-route.ts';
import { errorsRoute } from './errors-route.ts';
import { performanceRoute } from './performance-route.ts';
import { rootCauseRoute } from './root-cause-route.ts';
import { serviceHealthRoute } from './service-health-route.ts';
import { skewRoute } from './skew-route.ts';
import { slowRoute } from './slow-route.ts';

/** The routes of `/v1/analysis` that are about many traces. */
export function setAnalysisRoutes(scope: FastifyInstance, context: QueryContext): void {
  performanceRoute(scope, context);
  serviceHealthRoute(scope, context);
  slowRoute(scope, context);
  errorsRoute(scope, context);
  analysisDependenciesRoute(scope, context);
  rootCauseRoute(scope, context);
  changesRoute(scope, context);
  compareSetsRoute(scope, context);
  criticalPathRoute(scope, context);
  skewRoute(scope, context);
}
