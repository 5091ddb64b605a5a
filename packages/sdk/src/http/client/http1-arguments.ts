import type { ClientRequest, RequestOptions } from 'node:http';

import { defaultPort, parseAuthority } from '../attributes/authority.ts';
import { proxiedTarget } from '../attributes/request-target.ts';
import type { HeaderValue, OutgoingRequest } from '../http-exchange.ts';
import { listWithout } from './replaced-headers.ts';

type Callback = (...args: unknown[]) => void;
type Headers = Readonly<Record<string, HeaderValue>> | readonly unknown[];

/** The arguments of `http.request` and its likes, as Node reads them. */
export class Http1OutgoingRequest implements OutgoingRequest {
  readonly direction = 'outgoing';
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly target: string;
  readonly hasCredentials: boolean;
  raw: ClientRequest | undefined = undefined;
  private readonly headers: Headers | undefined;

  constructor(url: URL | undefined, options: RequestOptions, defaultScheme: 'http' | 'https') {
    const protocol = options.protocol ?? url?.protocol;
    const scheme = protocol === 'https:' ? 'https' : protocol === 'http:' ? 'http' : defaultScheme;
    this.method = typeof options.method === 'string' && options.method !== '' ? options.method.toUpperCase() : 'GET';
    this.headers = options.headers;
    const path = options.path ?? (url === undefined ? undefined : `${url.pathname}${url.search}`);
    const target = typeof path === 'string' && path !== '' ? path : '/';
    const proxied = proxiedTarget(this.method, target);
    this.scheme = proxied?.scheme ?? scheme;
    this.target = proxied?.target ?? target;
    if (proxied !== undefined) {
      const { host, port } = parseAuthority(proxied.authority);
      this.host = host;
      this.port = port ?? defaultPort(this.scheme) ?? 0;
      this.hasCredentials = proxied.hasCredentials;
      return;
    }
    const host = parseAuthority(options.hostname ?? url?.hostname ?? options.host ?? 'localhost');
    this.host = host.host === '' ? 'localhost' : host.host;
    const port = options.port ?? (url === undefined || url.port === '' ? undefined : url.port) ?? host.port;
    this.port = Number(port ?? (options.defaultPort || portOfAgent(options.agent) || defaultPort(scheme)));
    this.hasCredentials = Boolean(options.auth) || (url !== undefined && (url.username !== '' || url.password !== ''));
  }

  /** Of the request itself once it exists, before that as the options say. */
  header(name: string): HeaderValue {
    if (this.raw !== undefined) return this.raw.getHeader(name);
    const { headers } = this;
    if (headers === undefined || isList(headers)) return listedHeader(headers, name);
    if (name in headers) return headers[name];
    const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
    return key === undefined ? undefined : headers[key];
  }

  /** Whether the request writes its headers while it is made, so that none can be added afterwards. */
  get writesHeadersAtOnce(): boolean {
    return this.headers !== undefined && (isList(this.headers) || this.header('expect') !== undefined);
  }
}

/** What `http.request(...)` was called with. */
export interface RequestArguments {
  readonly url: URL | undefined;
  readonly options: RequestOptions;
  readonly callback: Callback | undefined;
}

/** Undefined for arguments that Node refuses: its error is the one to see. */
export function requestArguments(args: readonly unknown[]): RequestArguments | undefined {
  const [first, second, third] = args;
  if (typeof first === 'string' || first instanceof URL) {
    const url = typeof first === 'string' ? parseUrl(first) : first;
    if (url === undefined) return undefined;
    if (typeof second === 'function') return { url, options: {}, callback: asCallback(second) };
    return { url, options: asOptions(second), callback: asCallback(third) };
  }
  if (typeof first !== 'object' || first === null) return undefined;
  return { url: undefined, options: asOptions(first), callback: asCallback(second) };
}

/** The options with headers added in place of any of the same name, whichever form they have. */
export function withHeaders(options: RequestOptions, added: Readonly<Record<string, string>>): RequestOptions {
  const { headers } = options;
  if (!Array.isArray(headers)) return { ...options, headers: Object.assign({}, headers, added) };
  const entries = Object.entries(added);
  const kept = listWithout<unknown>(headers, new Set(Object.keys(added).map((name) => name.toLowerCase())));
  // Either pairs, or names and values in turn.
  const list: readonly unknown[] = Array.isArray(headers[0]) ? [...kept, ...entries] : [...kept, ...entries.flat()];
  // Node takes lists; its types say so for the latter only.
  return { ...options, headers: list as readonly string[] };
}

/** Where requests without a port go; Node's own agents know that of their scheme. */
function portOfAgent(agent: RequestOptions['agent'] | null): number | undefined {
  if (typeof agent !== 'object' || agent === null) return undefined;
  // As Node's agents have it. Those of the package `agent-base` answer by the stack of calls, which takes long and is not ours.
  const port: unknown = Object.getOwnPropertyDescriptor(agent, 'defaultPort')?.value;
  return typeof port === 'number' ? port : undefined;
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** What is no object Node takes for no options, or refuses. */
function asOptions(value: unknown): RequestOptions {
  return typeof value === 'object' && value !== null ? value : {};
}

function asCallback(value: unknown): Callback | undefined {
  return typeof value === 'function' ? (value as Callback) : undefined;
}

function isList(headers: Headers): headers is readonly unknown[] {
  return Array.isArray(headers);
}

function listedHeader(headers: readonly unknown[] | undefined, name: string): HeaderValue {
  if (headers === undefined) return undefined;
  const flat = Array.isArray(headers[0]) ? headers.flat() : headers;
  for (let i = 0; i + 1 < flat.length; i += 2) if (String(flat[i]).toLowerCase() === name) return String(flat[i + 1]);
  return undefined;
}
