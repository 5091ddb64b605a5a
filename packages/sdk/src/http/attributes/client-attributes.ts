import type { Attributes } from '@opentelemetry/api';

import type { OutgoingRequest } from '../http-exchange.ts';
import type { HttpSettings } from '../http-settings.ts';
import { pathOf } from '../ignore-rules.ts';
import { authorityText } from './authority.ts';
import { bodySize } from './body-size.ts';
import { redactTarget } from './redact-query.ts';
import { targetInUrl } from './request-target.ts';

/** What a client's request is sent with besides what every one has. */
export interface ClientUrlParts {
  /** Whether the URL had a user name or a password: it is written `REDACTED:REDACTED@`. */
  readonly hasCredentials: boolean;
  /** Whether `url.scheme`, `url.path` and `url.query` are recorded too, as for fetch and undici. */
  readonly urlParts: boolean;
  /** `url.template`, which also names the span. */
  readonly template?: string | undefined;
}

/** What is known of a client span's request when it starts (semantic conventions, HTTP client span). */
export function clientStartAttributes(
  settings: HttpSettings,
  request: OutgoingRequest,
  method: string,
  { hasCredentials, urlParts, template }: ClientUrlParts,
): Attributes {
  const { scheme, host, port } = request;
  const target = redactTarget(request.target, settings.redactQuery);
  const credentials = hasCredentials ? 'REDACTED:REDACTED@' : '';
  const url = `${scheme}://${credentials}${authorityText(scheme, host, port)}${targetInUrl(request.method, target)}`;
  const userAgentHeader = request.header('user-agent');
  const userAgent = userAgentHeader === undefined ? undefined : String(userAgentHeader);
  const attributes: Attributes = settings.stableNames
    ? {
        'http.request.method': method,
        'server.address': host,
        'server.port': port,
        'url.full': url,
        'user_agent.original': userAgent,
        'http.request.method_original': method === request.method ? undefined : request.method,
      }
    : {};
  if (settings.stableNames && urlParts) {
    attributes['url.scheme'] = scheme;
    attributes['url.path'] = pathOf(target);
    attributes['url.query'] = target.includes('?') ? target.slice(target.indexOf('?') + 1) : undefined;
  }
  if (template !== undefined) attributes['url.template'] = template;
  if (settings.stableNames && settings.bodySizes) {
    attributes['http.request.body.size'] = bodySize(request.header('content-length'));
  }
  if (settings.oldNames) {
    attributes['http.method'] = request.method;
    attributes['http.url'] = url;
    attributes['http.target'] = target;
    attributes['http.host'] = authorityText(scheme, host, port);
    attributes['http.user_agent'] = userAgent;
    attributes['net.peer.name'] = host;
    attributes['net.peer.port'] = port;
    attributes['net.transport'] = 'ip_tcp';
    attributes['http.request_content_length'] = bodySize(request.header('content-length'));
  }
  return attributes;
}
