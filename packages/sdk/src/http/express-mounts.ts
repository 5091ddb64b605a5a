/*
 * Where a router of Express is mounted, as the application wrote it. Express tells a request only the values, so the
 * layers that lead from the application to the route are looked up, which say what of them are parameters.
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

/** How many middleware layers are matched for one request at most: an application may mount routers in each other. */
const MAX_MATCHES = 1000;

interface Search {
  readonly route: object;
  /** What the mount paths are to match, to its end if `isWhole`. */
  readonly path: string;
  readonly isWhole: boolean;
  /** The routers that were looked into, by how much of the path was matched before them. */
  readonly seen: Map<unknown, Set<number>>;
  /** Handlers that are no routers: one may call a router that nothing else shows. */
  readonly opaque: { readonly before: Mounted; readonly layer: Layer }[];
  matches: number;
}

/** The last answer for a route, which most often serves one `baseUrl`. */
const known = new WeakMap<object, { readonly app: object; readonly baseUrl: string; readonly pattern: string }>();

/**
 * The pattern of the mount paths of a route that served a request, empty for none; undefined where it cannot be told.
 * `baseUrl` is the part of the path that they matched, or empty, as after an error, when they are to match `path`.
 */
export function expressMount(app: unknown, route: object, baseUrl: string, path: string): string | undefined {
  if (!isApplication(app)) return undefined;
  const before = known.get(route);
  if (baseUrl !== '' && before?.app === app && before.baseUrl === baseUrl) return before.pattern;
  try {
    return search(app, route, baseUrl, path);
  } catch {
    // A path that cannot be decoded, or something else that looks like Express.
    return undefined;
  }
}

function isApplication(app: unknown): app is Application {
  return typeof app === 'function';
}

function search(app: Application, route: object, baseUrl: string, path: string): string | undefined {
  const isWhole = baseUrl !== '';
  const asked = isWhole ? baseUrl : path;
  const top = matchApplication(app, asked);
  if (top === undefined) return undefined;
  const all: Search = { route, path: asked, isWhole, seen: new Map(), opaque: [], matches: 0 };
  const found = findRoute(all, app, top);
  if (isWhole && found !== undefined) known.set(route, { app, baseUrl, pattern: found.pattern });
  if (!isWhole || found !== undefined) return found?.pattern;
  const opaque = findOpaque(all);
  // What was left out may be the way.
  return all.matches > MAX_MATCHES ? undefined : opaque?.pattern;
}

/** Only what matches the path is looked into, and nothing twice, so routers may be mounted often, or in a circle. */
function findRoute(all: Search, router: unknown, before: Mounted): Mounted | undefined {
  const lengths = all.seen.get(router) ?? new Set();
  if (lengths.has(before.length)) return undefined;
  all.seen.set(router, lengths.add(before.length));
  const layers = layersOf(router) ?? [];
  const isEnd = !all.isWhole || before.length === all.path.length;
  if (isEnd && layers.some((layer) => layer.route === all.route)) return before;
  for (const layer of layers) {
    if (layer.route !== undefined) continue;
    if (layersOf(layer.handle) === undefined) {
      all.opaque.push({ before, layer });
      continue;
    }
    const mounted = matchNext(all, before, layer);
    const found = mounted && findRoute(all, layer.handle, mounted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A path without parameters before others: what is mounted for all values is rather a middleware. */
function findOpaque(all: Search): Mounted | undefined {
  let found: Mounted | undefined;
  for (const { before, layer } of all.opaque) {
    const mounted = matchNext(all, before, layer);
    if (mounted?.length !== all.path.length) continue;
    if (!/[:*]/.test(mounted.pattern)) return mounted;
    found ??= mounted;
  }
  return found;
}

function matchNext(all: Search, before: Mounted, layer: Layer): Mounted | undefined {
  all.matches += 1;
  if (all.matches > MAX_MATCHES) return undefined;
  const next = matchLayer(layer, all.path.slice(before.length));
  return next && joined(before, next);
}

/** Of a router, or of an application's: Express 4 forbids to read its `router`. */
function layersOf(handler: unknown): readonly Layer[] | undefined {
  if (typeof handler !== 'function') return undefined;
  if ('stack' in handler && Array.isArray(handler.stack)) return handler.stack;
  if ('lazyrouter' in handler) return '_router' in handler ? layersOf(handler._router) : undefined;
  return 'router' in handler ? layersOf(handler.router) : undefined;
}

function joined(first: Mounted, second: Mounted): Mounted {
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
  if (regexp !== undefined) return matchText(regexp, keys ?? [], path);
  for (const [i, matcher] of matchers?.entries() ?? []) {
    const match = matcher.name === 'regexpMatcher' ? false : matcher(path);
    if (match === false) continue;
    const text: unknown = Array.isArray(rawPath) ? rawPath[i] : rawPath;
    if (typeof text === 'string') return { length: match.path.length, pattern: text.replace(/\/+$/, '') };
    return withParameters(match.path, match.params);
  }
  return undefined;
}

/** The texts that Express 4 made an expression of, and an expression for each. */
const texts = new WeakMap<RegExp, readonly { readonly pattern: string; readonly expression: RegExp }[]>();

function matchText(regexp: RegExp, keys: NonNullable<Layer['keys']>, path: string): Mounted | undefined {
  const all = texts.get(regexp) ?? textsOf(regexp, keys);
  texts.set(regexp, all);
  for (const { pattern, expression } of all) {
    const matched = expression.exec(path)?.[0];
    if (matched !== undefined) return { length: matched.length, pattern };
  }
  return undefined;
}

/** How Express 4 ends the expression that it makes of text. */
const END = String.raw`\/?(?=\/|$)`;
/** What it makes of a parameter, with what stands before it in the group or not, and of a wildcard. */
const GROUP = /(\\\/)?\(\?:(\\[/.])?\((?:\(\?:\(\?![^()]*\)\.\)\+\?|[^()]+)\)\)|\(\.\*\)/g;

/** None if one of them is an expression of the application's own, or has one that is not in a parameter. */
function textsOf(regexp: RegExp, keys: NonNullable<Layer['keys']>): { pattern: string; expression: RegExp }[] {
  // Of several texts; the first versions put them in a group.
  const source = regexp.source.replace(/^\(\?:(\^.*)\)$/, '$1');
  if (!source.endsWith(END)) return [];
  let key = 0;
  const all = source.slice(0, -END.length).split(`${END}|`);
  const written = all.map((text) => {
    const named = text.replace(GROUP, (_group, before = '', inside = '') => {
      const name = keys[key++]?.name;
      return `${before}${inside}${typeof name === 'string' ? `:${name}` : '*'}`;
    });
    // Express escapes each dot.
    if (!/^\^(?:\\\W|[^\\.()[\]{}|^$])*$/.test(named)) return undefined;
    return { pattern: named.slice(1).replace(/\\(\W)/g, '$1'), expression: new RegExp(text + END, regexp.flags) };
  });
  return written.every((text) => text !== undefined) ? written : [];
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
    // A wildcard has several.
    else if (Array.isArray(value)) for (const part of value) put(String(part), '*');
  }
  const once = written.filter((segment, i) => segment !== '*' || written[i - 1] !== '*');
  return { length: path.length, pattern: once.map((segment) => `/${segment}`).join('') };
}
