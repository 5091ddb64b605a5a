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
const laterPart = String.raw`^\/v(?:((?:(?!\/|v).)+?))\/?(?=\/|$)`;
const mixed = String.raw`^\/Api-v1\.2(?:\/([^\/]+?))\/?(?=\/|$)`;
const dot = String.raw`^\/f(?:\/([^\/]+?))(?:\.([^\/\.]+?))\/?(?=\/|$)`;
const optional = String.raw`^\/opt(?:\/([^\/]+?))?\/?(?=\/|$)`;
const digits = String.raw`^\/n(?:\/(\d+))\/?(?=\/|$)`;
const several = String.raw`^\/a\/?(?=\/|$)|^\/b(?:\/([^\/]+?))\/?(?=\/|$)`;
const star = String.raw`^\/files\/(.*)\/?(?=\/|$)`;

test.each<[string, FakeLayer, string, string | undefined]>([
  ['a parameter', express4(name, ['name'], orders), '/users/bob', '/users/:name'],
  ['a value that is a word of the path', express4(name, ['name'], orders), '/users/users', '/users/:name'],
  ['an encoded value', express4(name, ['name'], orders), '/users/a%2Fb%20c', '/users/:name'],
  ['a parameter in a part of a segment', express4(part, ['n'], orders), '/v2', '/v:n'],
  ['other letters than were written', express4(mixed, ['id'], orders), '/API-V1.2/x7', '/Api-v1.2/:id'],
  ['a parameter in a part of a segment of later versions', express4(laterPart, ['n'], orders), '/v2', '/v:n'],
  ['parameters around a dot', express4(dot, ['a', 'b'], orders), '/f/1.2', '/f/:a.:b'],
  ['an optional parameter', express4(optional, ['o'], orders), '/opt', '/opt/:o?'],
  ['a parameter with an expression', express4(digits, ['n'], orders), '/n/12', '/n/:n'],
  ['several texts, the first', express4(several, ['b'], orders), '/A', '/a'],
  ['several texts, the second', express4(several, ['b'], orders), '/B/7', '/b/:b'],
  ['several texts in a group', express4(`(?:${several})`, ['b'], orders), '/B/7', '/b/:b'],
  ['an expression that ends like text', express4(String.raw`^\/x\w+\/?(?=\/|$)`, [], orders), '/xyz', undefined],
  ['an expression among texts', express4(String.raw`^\/x.+|${several}`, ['b'], orders), '/xyz', undefined],
  ['a wildcard', express4(star, [0], orders), '/files/a/b/c', '/files/*'],
  ['a regular expression', express4(String.raw`^\/users\/\w+`, [], orders), '/users/bob', undefined],
  ['another path', express4(name, ['name'], orders), '/people/bob', undefined],
  ['more than its path', express4(name, ['name'], orders), '/users/bob/more', undefined],
  ['what cannot be decoded', express4(name, ['name'], orders), '/users/%zz', '/users/:name'],
  ['what cannot be decoded for a router', router20(decodeURIComponent as never, orders), '/%zz', undefined],
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

test('a wrapped router: the mount path that is the whole prefix, one without parameters first', () => {
  const top = routerOf(
    express4(name, ['name'], () => {}),
    express4(String.raw`^\/users\/me\/?(?=\/|$)`, [], () => {}),
    express4(String.raw`^\/other\/?(?=\/|$)`, [], routerOf()),
  );
  expect(mountOf({}, top, '/users/bob')).toBe('/users/:name');
  expect(mountOf({}, top, '/users/me')).toBe('/users/me');
  expect(mountOf({}, top, '/users/me/more')).toBeUndefined();
  expect(mountOf({}, top, '/other')).toBeUndefined();
  expect(mountOf({}, top, '', '/users/me')).toBeUndefined();
});

test('routers that are mounted twice at each level, or in each other, are looked through once', () => {
  const counted = countingMount();
  let deep = routerOf({ handle: () => {}, route });
  for (let level = 0; level < 14; level += 1) deep = routerOf(counted.layer(deep), counted.layer(deep));
  expect(mountOf(route, deep, '/p'.repeat(14))).toBe('/p'.repeat(14));
  expect(mountOf({}, deep, '/p'.repeat(14))).toBeUndefined();
  expect(counted.asked()).toBeLessThan(100);
});

test('after a number of layers the search ends', () => {
  const counted = countingMount();
  const circle = Array.from({ length: 40 }, () => routerOf());
  for (const one of circle) for (const other of circle) one.stack.push(counted.layer(other));
  circle[0]?.stack.push(express4(String.raw`^(.*)\/?(?=\/|$)`, [0], () => {}));
  expect(mountOf(route, circle[0] ?? {}, '/p'.repeat(1000))).toBeUndefined();
  expect(counted.asked()).toBe(1000);
});

/** Layers that are mounted at `/p`. */
function countingMount(): { layer(handle: unknown): FakeLayer; asked(): number } {
  let asked = 0;
  const match = (path: string): Match => {
    asked += 1;
    return path.startsWith('/p') && { path: '/p', params: {} };
  };
  return { layer: (handle) => router20(match, handle), asked: () => asked };
}
