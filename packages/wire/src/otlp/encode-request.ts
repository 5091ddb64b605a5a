import type { InstrumentationScope, Resource, Span } from '@throughline/model';

import { writeResourceField, writeScopeField, writeSpan } from './encode-span.ts';
import { closeField, openField, start, take, writeTextField } from './protobuf-writer.ts';

/** Spans of one resource and one scope, by identity, each group in the order of the input. */
export interface SpanGroup {
  readonly resource: Resource;
  readonly scopes: readonly { readonly scope: InstrumentationScope; readonly spans: readonly Span[] }[];
}

/** Groups in the order in which their first spans come. */
export function groupSpans(spans: readonly Span[]): readonly SpanGroup[] {
  const groups = new Map<Resource, Map<InstrumentationScope, Span[]>>();
  for (const span of spans) {
    let scopes = groups.get(span.resource);
    if (scopes === undefined) groups.set(span.resource, (scopes = new Map()));
    const group = scopes.get(span.scope);
    if (group === undefined) scopes.set(span.scope, [span]);
    else group.push(span);
  }
  return Array.from(groups, ([resource, scopes]) => ({
    resource,
    scopes: Array.from(scopes, ([scope, group]) => ({ scope, spans: group })),
  }));
}

/**
 * An OTLP `ExportTraceServiceRequest` (protobuf) of the spans, grouped by the identity of their resource and scope.
 * Weights other than those in the trace state are not part of OTLP and are lost.
 *
 * @throws CodedError `value_too_deep` for an attribute of more than 128 levels.
 */
export function encodeOtlpProtobuf(spans: readonly Span[]): Uint8Array<ArrayBuffer> {
  return encodeGroups(groupSpans(spans));
}

export function encodeGroups(groups: readonly SpanGroup[]): Uint8Array<ArrayBuffer> {
  start();
  for (const { resource, scopes } of groups) {
    const resourceSpans = openField(10);
    writeResourceField(resource);
    for (const { scope, spans } of scopes) {
      const scopeSpans = openField(18);
      writeScopeField(scope);
      for (const span of spans) {
        const message = openField(18);
        writeSpan(span);
        closeField(message);
      }
      if (scope.schemaUrl !== '') writeTextField(26, scope.schemaUrl);
      closeField(scopeSpans);
    }
    if (resource.schemaUrl !== '') writeTextField(26, resource.schemaUrl);
    closeField(resourceSpans);
  }
  return take();
}
