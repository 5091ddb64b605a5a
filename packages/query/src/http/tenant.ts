import { parseTenant } from '@throughline/model';
import type { FastifyRequest } from 'fastify';

/**
 * The tenant of a request, from `X-Scope-OrgID`.
 *
 * @throws CodedError `invalid_tenant`
 */
export function tenantOf(request: FastifyRequest): string {
  const header = request.headers['x-scope-orgid'];
  return parseTenant(Array.isArray(header) ? header.join(',') : header);
}
