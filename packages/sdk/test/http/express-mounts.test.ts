import { expect, test } from 'vitest';

import { expressMount } from '../../src/http/express-mounts.ts';

type Match = { readonly path: string; readonly params: Readonly<Record<string, unknown>> } | false;

interface FakeLayer {
  handle: unknown;
  route?: object;
  [name: string]: unknown;
}

/** A router, or with `router` an application, in the shape that Express gives them. */
function routerOf(...stack: FakeLayer[]): { stack: FakeLayer[] } {
  return Object.assign(() => {}, { stack });
}

/** As Express 4 makes them of a path, with the expressions that it makes of it. */
function express4(pattern: string, keys: readonly (string | number)[], handle: unknown): FakeLayer {
  return { handle, regexp: new RegExp(pattern, 'i'), keys: keys.map((name) => ({ name })) };
}

/** As `router` 2.0 makes them, which does not keep the path. */
function router20(matcher: (path: string) => Match, handle: unknown): FakeLayer {
  return { handle, matchers: [matcher] };
}

function mountOf(route: object, top: object, baseUrl: string, path = ''): string | undefined {
  return expressMount(
    Object.assign(() => {}, { lazyrouter: () => {}, _router: top }),
    route,
    baseUrl,
    path,
  );
}

const route = {};
const orders = routerOf({ handle: () => {}, route });
const name = String.raw`^\/users\/(?:([^\/]+?))\/?(?=\/|$)`;
const part = String.raw`^\/v(?:([^\/]+?))\/?(?=\/|$)`;
const star = String.raw`^\/files\/(.*)\/?(?=\/|$)`;

test.each<[string, FakeLayer, string, string | undefined]>([
  ['a parameter', express4(name, ['name'], orders), '/users/bob', '/users/:name'],
  ['a value that is a word of the path', express4(name, ['name'], orders), '/users/users', '/users/:name'],
  ['an encoded value', express4(name, ['name'], orders), '/users/a%2Fb%20c', '/users/:name'],
  ['a parameter in a part of a segment', express4(part, ['n'], orders), '/v2', '/*'],
  ['a wildcard', express4(star, [0], orders), '/files/a/b/c', '/files/*'],
  ['a regular expression', express4(String.raw`^\/users\/\w+`, [], orders), '/users/bob', undefined],
  ['another path', express4(name, ['name'], orders), '/people/bob', undefined],
  ['more than its path', express4(name, ['name'], orders), '/users/bob/more', undefined],
  ['what cannot be decoded', express4(name, ['name'], orders), '/users/%zz', undefined],
  [
    'routers in routers',
    express4(name, ['a'], routerOf(express4(name, ['b'], orders))),
    '/users/1/users/2',
    '/users/:a/users/:b',
  ],
  [
    'a router without paths',
    router20((path) => path === '/api/7' && { path, params: { id: '7' } }, orders),
    '/api/7',
    '/api/:id',
  ],
  [
    'a wildcard of a router without paths',
    router20((path) => ({ path, params: { rest: ['a', 'b'] } }), orders),
    '/files/a/b',
    '/files/*',
  ],
])('the mount path of %s', (_what, layer, baseUrl, expected) => {
  expect(mountOf(route, routerOf(layer), baseUrl)).toBe(expected);
});

test('of two mounts it is the one that matches, and after an error what the path says', () => {
  const shop = {};
  const twice = routerOf({ handle: () => {}, route: shop });
  const top = routerOf(express4(String.raw`^\/shop\/?(?=\/|$)`, [], twice), express4(name, ['name'], twice));
  const app = Object.assign(() => {}, { lazyrouter: () => {}, _router: top });
  expect(expressMount(app, shop, '/users/bob', '')).toBe('/users/:name');
  expect(expressMount(app, shop, '/shop', '')).toBe('/shop');
  expect(expressMount(app, shop, '', '/users/bob/orders')).toBe('/users/:name');
});

test('a route that is nowhere, also where routers are mounted in a circle', () => {
  const circle = routerOf();
  circle.stack.push(express4(name, ['name'], circle));
  expect(mountOf({}, circle, '/users/bob')).toBeUndefined();
  expect(expressMount(undefined, route, '/users/bob', '')).toBeUndefined();
});
