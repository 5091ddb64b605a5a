/** Values of the query; undefined ones are left out, lists repeat the key. */
export type QueryValues = Readonly<
  Record<string, string | number | boolean | undefined | readonly (string | number | boolean)[]>
>;

/**
 * The URL of a path below the base. A whole URL is taken too, but with a base it must be of the base's origin, since
 * the client's headers (credentials, mostly) are meant for that.
 *
 * @throws TypeError for what is no URL, or one of another origin
 */
export function requestUrl(base: URL | undefined, path: string, query: QueryValues | undefined): URL {
  const url = /^https?:\/\//i.test(path) || base === undefined ? new URL(path) : below(base, path);
  if (base !== undefined && url.origin !== base.origin) {
    throw new TypeError(`${url.origin} is not the origin of this client, ${base.origin}`);
  }
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const each of typeof value === 'object' ? value : [value]) url.searchParams.append(key, String(each));
  }
  return url;
}

/** The path is appended: `https://shop/api` and `/orders` are `https://shop/api/orders`. */
function below(base: URL, path: string): URL {
  const root = `${base.origin}${base.pathname}`;
  if (path === '') return new URL(root);
  if (path.startsWith('?')) return new URL(`${root}${path}`);
  return new URL(`${root.endsWith('/') ? root.slice(0, -1) : root}${path.startsWith('/') ? '' : '/'}${path}`);
}
