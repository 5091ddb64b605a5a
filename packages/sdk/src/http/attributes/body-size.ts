import type { HeaderValue } from '../http-exchange.ts';

/** The bytes that a `Content-Length` header announces. */
export function bodySize(contentLength: HeaderValue): number | undefined {
  if (contentLength === undefined || contentLength === '') return undefined;
  const size = Number(contentLength);
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}
