/** RFC 9110's methods, PATCH (RFC 5789) and QUERY, as the conventions list them. */
export const DEFAULT_KNOWN_METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
];

export const OTHER_METHOD = '_OTHER';

/** `http.request.method`: a known method in its usual case, or `_OTHER`. */
export function knownMethod(known: ReadonlySet<string>, method: string): string {
  if (known.has(method)) return method;
  const upper = method.toUpperCase();
  return known.has(upper) ? upper : OTHER_METHOD;
}

/** `{method}` of span names. */
export function methodInName(method: string): string {
  return method === OTHER_METHOD ? 'HTTP' : method;
}
