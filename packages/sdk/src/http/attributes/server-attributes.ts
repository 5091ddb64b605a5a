import type { Attributes } from '@opentelemetry/api';

import type { IncomingRequest } from '../http-exchange.ts';
import type { HttpSettings } from '../http-settings.ts';
import { authorityText, defaultPort, parseAuthority } from './authority.ts';
import { bodySize } from './body-size.ts';
import { type Forwarded, forwardedHeaders } from './forwarded-headers.ts';

interface Target {
  readonly path: string | undefined;
  readonly query: string | undefined;
}

/**
 * What is known of a server span's request when it starts (semantic conventions, HTTP server span). The object has the
 * same keys in the same order for every request, with undefined for what is absent, so that its shape is shared.
 */
export function serverStartAttributes(settings: HttpSettings, request: IncomingRequest, method: string): Attributes {
  const forwarded = settings.trustProxy ? forwardedHeaders(request) : undefined;
  const target = splitTarget(request.target);
  const query = target.query === undefined || target.query === '' ? undefined : settings.redactQuery(target.query);
  const scheme = forwarded?.scheme ?? request.scheme;
  const authorityHeader = forwarded?.authority ?? request.authority;
  const authority = authorityHeader === undefined ? undefined : parseAuthority(authorityHeader);
  const port = authority === undefined ? undefined : (authority.port ?? defaultPort(scheme));
  const userAgent = request.header('user-agent');
  const peerAddress = request.peerAddress;
  const attributes: Attributes = settings.stableNames
    ? {
        'http.request.method': method,
        'url.scheme': scheme,
        'server.address': authority?.host,
        'server.port': port,
        'network.peer.address': peerAddress,
        'network.peer.port': request.peerPort,
        'network.protocol.version': request.protocolVersion,
        'user_agent.original': typeof userAgent === 'string' ? userAgent : undefined,
        'url.path': target.path,
        'url.query': query,
        'client.address': forwarded?.clientAddress ?? peerAddress,
        'http.request.method_original': method === request.method ? undefined : request.method,
      }
    : {};
  if (settings.bodySizes && settings.stableNames) {
    attributes['http.request.body.size'] = bodySize(request.header('content-length'));
  }
  if (settings.oldNames) addOldAttributes(attributes, settings, request, forwarded);
  return attributes;
}

/** The names of version 1.7 of the conventions. */
function addOldAttributes(
  attributes: Attributes,
  settings: HttpSettings,
  request: IncomingRequest,
  forwarded: Forwarded | undefined,
): void {
  const authority = request.authority === undefined ? undefined : parseAuthority(request.authority);
  const userAgent = request.header('user-agent');
  const { path, query } = splitTarget(request.target);
  const target = query === undefined ? path : `${path}?${settings.redactQuery(query)}`;
  attributes['http.method'] = request.method;
  attributes['http.scheme'] = request.scheme;
  attributes['http.target'] = target;
  attributes['http.host'] = request.authority;
  attributes['http.flavor'] = request.protocolVersion;
  attributes['http.user_agent'] = typeof userAgent === 'string' ? userAgent : undefined;
  attributes['http.client_ip'] = forwarded?.clientAddress;
  attributes['http.request_content_length'] = bodySize(request.header('content-length'));
  attributes['net.transport'] = 'ip_tcp';
  attributes['net.peer.ip'] = request.peerAddress;
  attributes['net.peer.port'] = request.peerPort;
  if (authority === undefined) return;
  attributes['net.host.name'] = authority.host;
  attributes['net.host.port'] = authority.port ?? defaultPort(request.scheme);
  attributes['http.url'] =
    `${request.scheme}://${authorityText(request.scheme, authority.host, authority.port)}${target ?? ''}`;
}

/** Path and query of a request target, which is a path, an absolute URL (to a proxy), `*`, or host and port (CONNECT). */
function splitTarget(target: string): Target {
  const question = target.indexOf('?');
  const beforeQuery = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? undefined : target.slice(question + 1);
  if (beforeQuery.startsWith('/') || beforeQuery === '*') return { path: beforeQuery, query };
  const afterScheme = beforeQuery.indexOf('://');
  if (afterScheme < 0) return { path: undefined, query };
  const slash = beforeQuery.indexOf('/', afterScheme + 3);
  return { path: slash < 0 ? '/' : beforeQuery.slice(slash), query };
}
