import { pathOf } from './ignore-rules.ts';

/**
 * The route by which Express (or a router like it) served a request: the place where the router is mounted and the
 * route's own path. Express tells the former only as it was asked for, so parameters in it are put back by their values;
 * a part of it that still may be a value, having a digit and not being a version like `v1`, becomes `*`.
 */
export function expressRoute(request: object): string | undefined {
  if (!('route' in request) || typeof request.route !== 'object' || request.route === null) return undefined;
  const path = patternText('path' in request.route ? request.route.path : undefined);
  if (path === undefined) return undefined;
  const mount = mountPath(request, path);
  if (mount === '') return path;
  const params =
    'params' in request && typeof request.params === 'object' && request.params !== null ? request.params : {};
  const pattern = mount
    .split('/')
    .map((segment) => (segment === '' ? '' : mountSegment(segment, params)))
    .join('/');
  return path === '/' ? pattern : `${pattern}${path.startsWith('/') ? '' : '/'}${path}`;
}

/** A list of paths matches any of them; which one is not told. */
function patternText(path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  if (path instanceof RegExp) return path.toString();
  if (Array.isArray(path)) return path.map(String).join('|');
  return undefined;
}

/**
 * `baseUrl`, but after an error the router has put it back, and what the path of the URL has before the route's
 * segments says the same where the route has a fixed number of them.
 */
function mountPath(request: object, path: string): string {
  if ('baseUrl' in request && typeof request.baseUrl === 'string' && request.baseUrl !== '') return request.baseUrl;
  if (!('originalUrl' in request) || typeof request.originalUrl !== 'string') return '';
  if (!/^\/[\w/:.~-]*$/.test(path)) return '';
  const url = segmentsOf(pathOf(request.originalUrl));
  const surplus = url.length - segmentsOf(path).length;
  return surplus <= 0 ? '' : `/${url.slice(0, surplus).join('/')}`;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function mountSegment(segment: string, params: object): string {
  let value = segment;
  try {
    value = decodeURIComponent(segment);
  } catch {
    // Not encoded: as it stands.
  }
  for (const [name, param] of Object.entries(params)) if (param === value) return `:${name}`;
  return /\d/.test(segment) && !/^v\d+$/i.test(segment) ? '*' : segment;
}
