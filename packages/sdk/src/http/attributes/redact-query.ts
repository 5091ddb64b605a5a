/** The conventions' list and Amazon's signed URLs. */
export const DEFAULT_REDACTED_QUERY_KEYS: readonly string[] = [
  'sig',
  'Signature',
  'AWSAccessKeyId',
  'X-Goog-Signature',
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
];

/** Replaces values in a query (without `?`); the rest stays as it was sent. */
export type RedactQuery = (query: string) => string;

const ENCODED_KEY = /(?:^|&)[^=&]*%/;

export function queryRedaction(keys: readonly string[]): RedactQuery {
  if (keys.length === 0) return (query) => query;
  const known = new Set(keys);
  const alternatives = keys.map((key) => key.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)).join('|');
  const some = new RegExp(`(?:^|&)(?:${alternatives})=`);
  const every = new RegExp(`(^|&)(${alternatives})=[^&]*`, 'g');
  return (query) => {
    if (query.includes('%') && ENCODED_KEY.test(query)) return redactDecoded(query, known);
    return some.test(query) ? query.replace(every, '$1$2=REDACTED') : query;
  };
}

/** For keys that are percent-encoded: `s%69g` is `sig`. */
function redactDecoded(query: string, keys: ReadonlySet<string>): string {
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 0) return pair;
      const key = pair.slice(0, equals);
      return keys.has(decoded(key)) ? `${key}=REDACTED` : pair;
    })
    .join('&');
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** Path and query with the query redacted. */
export function redactTarget(target: string, redact: RedactQuery): string {
  const start = target.indexOf('?');
  return start < 0 ? target : `${target.slice(0, start + 1)}${redact(target.slice(start + 1))}`;
}
