import { normalizeTraceId } from '@throughline/model';

/** How a trace is shown; the first is what an address without `view` means. */
export const TRACE_VIEWS = ['waterfall', 'flame', 'table', 'statistics', 'graph', 'raw', 'insights'] as const;
export type TraceViewName = (typeof TRACE_VIEWS)[number];

/** The pages beside search and trace; they read what else is in their address themselves. */
export type PageName = 'services' | 'map' | 'insights' | 'compare' | 'status';

export type Route =
  | { readonly page: 'search' }
  | {
      readonly page: 'trace';
      readonly traceId: string;
      readonly spanId: string | undefined;
      readonly view: TraceViewName;
    }
  /** Without a service: all of them. */
  | { readonly page: 'services'; readonly service: string | undefined }
  | { readonly page: Exclude<PageName, 'services'> }
  | { readonly page: 'not-found' };

/** Which page a location shows. */
export function routeOf(path: string, search: string): Route {
  const [page, name, ...rest] = path.split('/').filter((segment) => segment !== '');
  if (rest.length > 0) return { page: 'not-found' };
  if (name === undefined) {
    switch (page) {
      case undefined:
      case 'search':
        return { page: 'search' };
      case 'services':
        return { page: 'services', service: undefined };
      case 'map':
      case 'insights':
      case 'compare':
      case 'status':
        return { page };
    }
    return { page: 'not-found' };
  }
  if (page === 'services') {
    const service = decoded(name);
    return service === undefined ? { page: 'not-found' } : { page: 'services', service };
  }
  if (page === 'trace') {
    const traceId = normalizeTraceId(name);
    if (traceId === undefined) return { page: 'not-found' };
    const parameters = new URLSearchParams(search);
    const view = TRACE_VIEWS.find((known) => known === parameters.get('view')) ?? TRACE_VIEWS[0];
    return { page: 'trace', traceId, spanId: parameters.get('span') ?? undefined, view };
  }
  return { page: 'not-found' };
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

export function tracePath(traceId: string, spanId?: string, view: TraceViewName = TRACE_VIEWS[0]): string {
  const parameters = new URLSearchParams();
  if (spanId !== undefined && spanId !== '') parameters.set('span', spanId);
  if (view !== TRACE_VIEWS[0]) parameters.set('view', view);
  return withParameters(`/trace/${traceId}`, parameters);
}

/** The page of a service; names may hold anything, slashes too. */
export function servicePath(service: string, operation?: string): string {
  const parameters = new URLSearchParams();
  if (operation !== undefined && operation !== '') parameters.set('operation', operation);
  return withParameters(`/services/${encodeURIComponent(service)}`, parameters);
}

export function comparePath(a: string, b: string): string {
  return withParameters('/compare', new URLSearchParams({ a, b }));
}

/** A path with a query string, if there is anything to say in one. */
export function withParameters(path: string, parameters: URLSearchParams): string {
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
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
