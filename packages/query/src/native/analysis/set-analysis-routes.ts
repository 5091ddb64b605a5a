import type { FastifyInstance } from 'fastify';
import type { QueryContext } from '../../query-context.ts';
import { errorsRoute } from './errors-route.ts';
import { performanceRoute } from './performance-route.ts';
import { slowRoute } from './slow-route.ts';

/** The routes of `/v1/analysis` that are about many traces. */
export function setAnalysisRoutes(scope: FastifyInstance, context: QueryContext): void {
  performanceRoute(scope, context);
  slowRoute(scope, context);
  errorsRoute(scope, context);
}
