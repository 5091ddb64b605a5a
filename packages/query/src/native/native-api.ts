import type { FastifyInstance } from 'fastify';
import { useZodSchemas } from '../http/zod-routes.ts';
import { type QueryApiOptions, queryContext } from '../query-context.ts';
import { setAnalysisRoutes } from './analysis/set-analysis-routes.ts';
import { analysisRoutes } from './analysis-routes.ts';
import { attributeRoutes } from './attribute-routes.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { exploreRoutes } from './explore/explore-routes.ts';
import { answerError } from './native-error.ts';
import { searchRoute } from './search-route.ts';
import { statusRoute } from './status-route.ts';
import { traceRoute } from './trace-route.ts';

/** Fastify plugin: the native API, `GET /v1/*`. Its answers are documented by their schemas in `/openapi.json`. */
// Fastify tells promises from callbacks by the function, so it is async without awaiting.
// oxlint-disable-next-line typescript/require-await
export async function nativeApi(scope: FastifyInstance, options: QueryApiOptions): Promise<void> {
  const context = queryContext(options);
  useZodSchemas(scope);
  scope.setErrorHandler(answerError);
  searchRoute(scope, context);
  traceRoute(scope, context);
  catalogRoutes(scope, context);
  attributeRoutes(scope, context);
  analysisRoutes(scope, context);
  setAnalysisRoutes(scope, context);
  exploreRoutes(scope, context);
  statusRoute(scope, context);
}
