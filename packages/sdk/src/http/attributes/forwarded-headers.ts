import type { HeaderValue, IncomingRequest } from '../http-exchange.ts';

/** What proxies in front of the server say about the original request. */
export interface Forwarded {
  /** The first client's address, without a port, or that of the first proxy that is not hidden. */
  readonly clientAddress?: string;
  /** The host that the client asked for, with its port if one was given. */
  readonly authority?: string;
  readonly scheme?: 'http' | 'https';
}

/** `Forwarded` (RFC 7239) before `X-Forwarded-*`; undefined when no proxy said anything. */
export function forwardedHeaders(request: IncomingRequest): Forwarded | undefined {
  const standard = first(request.header('forwarded'));
  const address = first(request.header('x-forwarded-for'));
  const authority = first(request.header('x-forwarded-host'));
  const scheme = first(request.header('x-forwarded-proto'));
  if (standard === undefined && address === undefined && authority === undefined && scheme === undefined) {
    return undefined;
  }
  const said = standard === undefined ? {} : parseForwarded(standard);
  return {
    ...definedOnly({
      clientAddress: withoutPort(said.for ?? firstAddress(address)),
      authority: said.host ?? firstOfList(authority),
      scheme: schemeOf(said.proto ?? firstOfList(scheme)),
    }),
  };
}

function definedOnly(forwarded: { [Key in keyof Forwarded]: Forwarded[Key] | undefined }): Forwarded {
  const defined: { -readonly [Key in keyof Forwarded]: Forwarded[Key] } = {};
  if (forwarded.clientAddress !== undefined) defined.clientAddress = forwarded.clientAddress;
  if (forwarded.authority !== undefined) defined.authority = forwarded.authority;
  if (forwarded.scheme !== undefined) defined.scheme = forwarded.scheme;
  return defined;
}

/** What is no name or address of a node: RFC 7239, 6.2 and 6.3, and what proxies write into `X-Forwarded-For` too. */
const HIDDEN = /^(?:_|unknown(?::|$))/i;

/** Each parameter's first value: the one that the proxy nearest to the client added. */
function parseForwarded(text: string): { for?: string; host?: string; proto?: string } {
  const found: { for?: string; host?: string; proto?: string } = {};
  for (const [, key = '', quoted, token] of text.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,]*))/gi)) {
    const name = key.toLowerCase();
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? '';
    if (value === '' || (name === 'for' && HIDDEN.test(value))) continue;
    if (name === 'for' || name === 'host' || name === 'proto') found[name] ??= value;
  }
  return found;
}

function first(value: HeaderValue): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : undefined;
}

function firstOfList(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const comma = value.indexOf(',');
  const text = (comma < 0 ? value : value.slice(0, comma)).trim();
  return text === '' ? undefined : text;
}

function firstAddress(list: string | undefined): string | undefined {
  const client = firstOfList(list);
  if (client === undefined || !HIDDEN.test(client)) return client;
  return list
    ?.split(',')
    .map((each) => each.trim())
    .find((each) => each !== '' && !HIDDEN.test(each));
}

/** `[2001:db8::1]:4711` and `10.1.2.3:4711` lose the port, and IPv6 addresses their brackets. */
function withoutPort(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  if (address.startsWith('[')) {
    const end = address.indexOf(']');
    return end < 0 ? address : address.slice(1, end);
  }
  const colon = address.indexOf(':');
  return colon < 0 || address.includes(':', colon + 1) ? address : address.slice(0, colon);
}

function schemeOf(value: string | undefined): 'http' | 'https' | undefined {
  const lower = value?.toLowerCase();
  return lower === 'http' || lower === 'https' ? lower : undefined;
}
