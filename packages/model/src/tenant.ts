import { CodedError } from './coded-error.ts';

/** The tenant of requests that name none. */
export const DEFAULT_TENANT = 'default';

const TENANT = /^[A-Za-z0-9!\-_.*'()]{1,150}$/;

/**
 * The tenant that a request's `X-Scope-OrgID` header (or gRPC metadata entry) names; {@link DEFAULT_TENANT} without one.
 * Up to 150 letters, digits and `!-_.*'()`, but not `.` or `..`.
 *
 * @throws CodedError `invalid_tenant`
 */
export function parseTenant(header: string | undefined): string {
  if (header === undefined || header === '') return DEFAULT_TENANT;
  if (!TENANT.test(header) || header === '.' || header === '..') {
    throw new CodedError(
      'invalid_tenant',
      "The tenant in X-Scope-OrgID must be 1 to 150 letters, digits or any of !-_.*'() and not . or ..",
    );
  }
  return header;
}
