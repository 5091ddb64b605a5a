import { normalizeTraceId } from '@throughline/model';

export type Route =
  | { readonly page: 'search' }
  | { readonly page: 'trace'; readonly traceId: string; readonly spanId: string | undefined }
  | { readonly page: 'not-found' };

/** Which page a location shows. */
export function routeOf(path: string, search: string): Route {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.length === 0 || (segments.length === 1 && segments[0] === 'search')) return { page: 'search' };
  if (segments.length === 2 && segments[0] === 'trace') {
    const traceId = normalizeTraceId(segments[1] ?? '');
    if (traceId === undefined) return { page: 'not-found' };
    return { page: 'trace', traceId, spanId: new URLSearchParams(search).get('span') ?? undefined };
  }
  return { page: 'not-found' };
}

export function tracePath(traceId: string, spanId?: string): string {
  return spanId === undefined || spanId === '' ? `/trace/${traceId}` : `/trace/${traceId}?span=${spanId}`;
}

/**
 * The trace id in what somebody pasted: the id itself (1 to 32 hex digits, dashes and `0x` forgiven), a W3C
 * `traceparent`, or an address that ends in an id.
 */
export function traceIdIn(text: string): string | undefined {
  const trimmed = text.trim();
  const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/i.exec(trimmed);
  if (traceparent?.[1] !== undefined) return normalizeTraceId(traceparent[1]);
  const address = /\/traces?\/([0-9a-f]{1,32})(?:[/?#]|$)/i.exec(trimmed);
  if (address?.[1] !== undefined) return normalizeTraceId(address[1]);
  return normalizeTraceId(trimmed.replace(/^0x/i, '').replaceAll('-', ''));
}
