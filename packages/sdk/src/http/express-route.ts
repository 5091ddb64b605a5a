import { expressMount } from './express-mounts.ts';
import { pathOf } from './ignore-rules.ts';

/** In place of the path of a router that is mounted somewhere: values must not get into a route. */
const SOMEWHERE = '/*';

/**
 * The route by which Express (or a router like it) served a request: the place where the router is mounted and the
 * route's own path.
 */
export function expressRoute(request: object): string | undefined {
  if (!('route' in request) || typeof request.route !== 'object' || request.route === null) return undefined;
  const { route } = request;
  const path = patternText('path' in route ? route.path : undefined);
  if (path === undefined) return undefined;
  const baseUrl = textOf(request, 'baseUrl');
  const url = pathOf(textOf(request, 'originalUrl'));
  const app = 'app' in request ? request.app : undefined;
  const mount = expressMount(app, route, baseUrl, url) ?? (isMounted(path, baseUrl, url) ? SOMEWHERE : '');
  if (mount === '') return path;
  return path === '/' ? mount : `${mount}${path.startsWith('/') ? '' : '/'}${path}`;
}

function textOf(request: object, name: 'baseUrl' | 'originalUrl'): string {
  const value: unknown = Reflect.get(request, name);
  return typeof value === 'string' ? value : '';
}

/** A list of paths matches any of them; which one is not told. */
function patternText(path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  if (path instanceof RegExp) return path.toString();
  if (Array.isArray(path)) return path.map(String).join('|');
  return undefined;
}

/**
 * By `baseUrl`, but after an error the router has put it back, and what the path of the URL has before the route's
 * segments says the same where the route has a fixed number of them.
 */
function isMounted(path: string, baseUrl: string, url: string): boolean {
  if (baseUrl !== '') return true;
  return /^\/[\w/:.~-]*$/.test(path) && segmentsOf(url).length > segmentsOf(path).length;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
