import { type Attributes, type Span, SpanKind } from '@opentelemetry/api';
import { withSpan } from './with-span.ts';

/**
 * Runs a call to another service in a CLIENT span `external.<service>.<operation>` with `peer.service`. Inside `fn`,
 * `injectContext(headers)` hands the span's context on.
 */
export function traceExternalCall<R>(
  service: string,
  operation: string,
  fn: (span: Span) => R,
  attributes?: Attributes,
): R {
  return withSpan(
    `external.${service}.${operation}`,
    { kind: SpanKind.CLIENT, attributes: { ...attributes, 'peer.service': service } },
    fn,
  );
}
