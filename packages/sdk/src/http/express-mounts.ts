/*
 * Where a router of Express is mounted, as the application wrote it. Express tells a request only the values, so the
 * layers that lead from the application to the route are looked up once, and say for each request which are parameters.
 */

/** What is used of a layer of Express 4 (`regexp`, `keys`) or of the `router` of Express 5 (the rest). */
interface Layer {
  readonly handle: unknown;
  readonly route?: object | undefined;
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly { readonly name: string | number }[];
  readonly slash?: boolean;
  readonly matchers?: readonly ((path: string) => LayerMatch | false)[];
  /** Since `router` 2.3. */
  readonly rawPath?: unknown;
}

interface LayerMatch {
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface Application {
  readonly parent?: Application;
  readonly mountpath?: unknown;
}

/** A part of a path that was matched, and how it is to be written. */
interface Mounted {
  readonly length: number;
  readonly pattern: string;
}

const ROOT: Mounted = { length: 0, pattern: '' };

/** The ways from an application to a route: a router may be mounted more than once. */
const known = new WeakMap<object, { readonly app: object; readonly ways: readonly (readonly Layer[])[] }>();

/**
 * The pattern of the mount paths of a route that served a request, empty for none; undefined where it cannot be told.
 * `baseUrl` is the part of the path that they matched, or empty, as after an error, when they are to match `path`.
 */
export function expressMount(app: unknown, route: object, baseUrl: string, path: string): string | undefined {
  if (!isApplication(app)) return undefined;
  try {
    for (const way of waysTo(route, app)) {
      const pattern = matchWay(app, way, baseUrl, path);
      if (pattern !== undefined) return pattern;
    }
  } catch {
    // A path that cannot be decoded, or something else that looks like Express.
  }
  return undefined;
}

function isApplication(app: unknown): app is Application {
  return typeof app === 'function';
}

function waysTo(route: object, app: object): readonly (readonly Layer[])[] {
  const before = known.get(route);
  if (before?.app === app) return before.ways;
  const ways: (readonly Layer[])[] = [];
  findWays(route, app, [], ways);
  known.set(route, { app, ways });
  return ways;
}

function findWays(route: object, router: unknown, way: readonly Layer[], found: (readonly Layer[])[]): void {
  for (const layer of layersOf(router)) {
    if (layer.route === route) found.push(way);
    // A router may be mounted below itself.
    const isCircle = way.some(({ handle }) => handle === layer.handle);
    if (layer.route === undefined && !isCircle) findWays(route, layer.handle, [...way, layer], found);
  }
}

/** Of a router, or of an application's: Express 4 forbids to read its `router`. */
function layersOf(handler: unknown): readonly Layer[] {
  if (typeof handler !== 'function') return [];
  if ('stack' in handler && Array.isArray(handler.stack)) return handler.stack;
  if ('lazyrouter' in handler) return '_router' in handler ? layersOf(handler._router) : [];
  return 'router' in handler ? layersOf(handler.router) : [];
}

function matchWay(app: Application, way: readonly Layer[], baseUrl: string, path: string): string | undefined {
  const whole = baseUrl === '' ? path : baseUrl;
  let mounted = matchApplication(app, whole);
  for (const layer of way) {
    if (mounted === undefined) return undefined;
    mounted = joined(mounted, matchLayer(layer, whole.slice(mounted.length)));
  }
  return baseUrl === '' || mounted?.length === baseUrl.length ? mounted?.pattern : undefined;
}

function joined(first: Mounted, second: Mounted | undefined): Mounted | undefined {
  if (second === undefined) return undefined;
  return { length: first.length + second.length, pattern: first.pattern + second.pattern };
}

/** An application that is used in another knows its own mount path, the last if there are several. */
function matchApplication({ parent, mountpath }: Application, path: string): Mounted | undefined {
  if (parent === undefined) return ROOT;
  const above = matchApplication(parent, path);
  if (above === undefined || mountpath === '/') return above;
  if (typeof mountpath !== 'string' || !/^[\w/:.~-]+$/.test(mountpath)) return undefined;
  const pattern = mountpath.replace(/\/$/, '');
  const parts = pattern.split('/');
  const matched = path.slice(above.length).split('/').slice(0, parts.length);
  const fits = parts.every((part, i) => part.includes(':') || part.toLowerCase() === matched[i]?.toLowerCase());
  return fits ? joined(above, { length: matched.join('/').length, pattern }) : undefined;
}

/**
 * The layer's own `match` is not asked: it leaves the answer in the layer, where a request that is under way looks for
 * its own. What a regular expression of the application matches may be any value, so it is not tried.
 */
function matchLayer({ slash, regexp, keys, matchers, rawPath }: Layer, path: string): Mounted | undefined {
  if (slash === true || regexp?.fast_slash === true) return ROOT;
  // How Express 4 ends the expression that it makes of text.
  if (regexp?.source.endsWith(String.raw`(?=\/|$)`) === true) {
    const [matched, ...values] = regexp.exec(path) ?? [];
    if (matched === undefined) return undefined;
    const params = values.map((value, i) => [keys?.[i]?.name ?? i, value && decodeURIComponent(value)] as const);
    return withParameters(matched, Object.fromEntries(params));
  }
  for (const [i, matcher] of matchers?.entries() ?? []) {
    const match = matcher.name === 'regexpMatcher' ? false : matcher(path);
    if (match === false) continue;
    const text: unknown = Array.isArray(rawPath) ? rawPath[i] : rawPath;
    if (typeof text === 'string') return { length: match.path.length, pattern: text.replace(/\/+$/, '') };
    return withParameters(match.path, match.params);
  }
  return undefined;
}

/** Puts parameters in place of their values, from the end: words that are equal to a value mostly stand before it. */
function withParameters(path: string, params: Readonly<Record<string, unknown>>): Mounted {
  const written = path.split('/').filter((segment) => segment !== '');
  const values = written.map((segment) => decodeURIComponent(segment));
  const put = (value: string, name: string): void => {
    const whole = values.lastIndexOf(value);
    const at = whole >= 0 ? whole : values.findLastIndex((segment) => segment.includes(value));
    if (value === '' || at < 0) return;
    written[at] = whole >= 0 ? name : '*';
    values[at] = '';
  };
  for (const [name, value] of Object.entries(params).toReversed()) {
    if (typeof value === 'string' && values.includes(value)) put(value, /^\d/.test(name) ? '*' : `:${name}`);
    // A wildcard has several, which Express 4 gives as text.
    else if (typeof value === 'string') for (const part of value.split('/')) put(part, '*');
    else if (Array.isArray(value)) for (const part of value) put(String(part), '*');
  }
  const once = written.filter((segment, i) => segment !== '*' || written[i - 1] !== '*');
  return { length: path.length, pattern: once.map((segment) => `/${segment}`).join('') };
}
