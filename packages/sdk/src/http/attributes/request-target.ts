/** What the target of a request to a proxy says: where it goes in place of the one it is sent to. */
export interface ProxiedTarget {
  /** Undefined: the target names none, or one that is not HTTP's. */
  readonly scheme: 'http' | 'https' | undefined;
  /** Host and port, without user and password. */
  readonly authority: string;
  readonly hasCredentials: boolean;
  /** Path and query of an absolute URL; the host and port of CONNECT. */
  readonly target: string;
}

const ABSOLUTE = /^([a-z][\d+.a-z-]*):\/\/([^#/?]*@)?([^#/?]*)(.*)$/i;

/** The absolute form of a request target, and the authority form of CONNECT (RFC 9112, 3.2); undefined for other forms. */
export function proxiedTarget(method: string, target: string): ProxiedTarget | undefined {
  if (target.startsWith('/')) return undefined;
  if (method === 'CONNECT') {
    const authority = target.slice(target.lastIndexOf('@') + 1);
    return { scheme: undefined, authority, hasCredentials: authority !== target, target: authority };
  }
  const [, name = '', credentials, authority, path = ''] = ABSOLUTE.exec(target) ?? [];
  if (authority === undefined) return undefined;
  const scheme = name.toLowerCase();
  return {
    scheme: scheme === 'http' || scheme === 'https' ? scheme : undefined,
    authority,
    hasCredentials: credentials !== undefined,
    target: path.startsWith('/') ? path : `/${path}`,
  };
}

/** The part of a URL behind the authority: nothing for `*` and CONNECT (RFC 9112, 3.3). */
export function targetInUrl(method: string, target: string): string {
  if (target.startsWith('/')) return target;
  return target === '*' || method === 'CONNECT' ? '' : `/${target}`;
}
