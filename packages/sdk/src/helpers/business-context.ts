import { type Span, trace } from '@opentelemetry/api';

export interface BusinessContext {
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly tenantId?: string | undefined;
  /** Every other key becomes `business.<key>`. */
  readonly [key: string]: unknown;
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['userId', 'user.id'],
  ['sessionId', 'session.id'],
  ['tenantId', 'tenant.id'],
]);

/**
 * Says on whose behalf a span works: `user.id`, `session.id`, `tenant.id`, and `business.<key>` for the rest. The span is
 * the active one unless given; without one nothing happens.
 */
export function addBusinessContext(business: BusinessContext, span: Span | undefined = trace.getActiveSpan()): void {
  if (span === undefined) return;
  for (const [key, value] of Object.entries(business)) {
    if (value !== undefined && value !== null) span.setAttribute(NAMED.get(key) ?? `business.${key}`, value);
  }
}
