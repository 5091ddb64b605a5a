import { type Attributes, SpanKind } from '@opentelemetry/api';

/**
 * What the operation of a server span will likely be called. When it starts, a request of HTTP has no route yet and is
 * named by its method alone; with its path it is `GET /health`. Undefined for spans of which no more than the name is known.
 */
export function nameWithPath(spanName: string, spanKind: SpanKind, attributes: Attributes): string | undefined {
  if (spanKind !== SpanKind.SERVER) return undefined;
  const path = attributes['url.path'] ?? attributes['http.target'];
  if (typeof path !== 'string' || spanName.includes('/')) return undefined;
  const question = path.indexOf('?');
  return `${spanName} ${question < 0 ? path : path.slice(0, question)}`;
}
