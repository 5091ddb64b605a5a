import type { FastifyInstance } from 'fastify';
import type { QueryContext } from '../../query-context.ts';
import { backLinksRoute } from './back-links-route.ts';
import { deploymentsRoute } from './deployments-route.ts';
import { facetsRoute } from './facets-route.ts';
import { heatMapRoute } from './heat-map-route.ts';
import { redRoute } from './red-route.ts';
import { tailRoute } from './tail-route.ts';

/** The routes that screens are drawn from. */
export function exploreRoutes(scope: FastifyInstance, context: QueryContext): void {
  heatMapRoute(scope, context);
  redRoute(scope, context);
  facetsRoute(scope, context);
  deploymentsRoute(scope, context);
  tailRoute(scope, context);
  backLinksRoute(scope, context);
}
