import type { FastifyReply, FastifyRequest } from 'fastify';
import { startDeadline } from '../../deadline.ts';
import { clientGone } from '../../http/client-gone.ts';
import { tenantOf } from '../../http/tenant.ts';
import type { QueryContext } from '../../query-context.ts';
import type { AnalysisCall } from './analysis-context.ts';

/** Runs a handler for the tenant of the request, within the time that one query may take. */
export async function runAnalysis<Answer>(
  request: FastifyRequest,
  reply: FastifyReply,
  context: QueryContext,
  handle: (call: AnalysisCall) => Promise<Answer>,
): Promise<Answer> {
  using deadline = startDeadline(context.limits.queryTimeoutMs, clientGone(reply));
  return await handle({ ...context, tenant: tenantOf(request), signal: deadline.signal });
}
