import type { Resource, Span } from '@throughline/model';
import { encodeResourceMessage, encodeSpanMessage } from '@throughline/wire';
import type { SpanBatch } from '../src/export/span-exporter.ts';

/** The batch that the SDK would make of these spans: those of one resource, scopes told apart by identity. */
export function batchOfSpans(spans: readonly Span[]): SpanBatch {
  const [first] = spans;
  if (first === undefined) throw new Error('a batch has at least one span');
  const groups = new Map<Span['scope'], Span[]>();
  for (const span of spans) {
    if (span.resource !== first.resource) throw new Error('a batch has one resource');
    const group = groups.get(span.scope);
    if (group === undefined) groups.set(span.scope, [span]);
    else group.push(span);
  }
  const scopes = Array.from(groups, ([{ name, version, schemaUrl }, group]) => ({
    scope: { name, version, schemaUrl },
    spans: concatenated(group.map(spanField)),
    spanCount: group.length,
  }));
  return {
    resource: resourceMessage(first.resource),
    resourceSchemaUrl: first.resource.schemaUrl,
    scopes,
    spanCount: spans.length,
    byteLength: scopes.reduce((sum, scope) => sum + scope.spans.length, 0),
  };
}

/** `ScopeSpans.spans`, a field with its tag and length. */
function spanField(span: Span): Uint8Array {
  const message = encodeSpanMessage(span);
  return concatenated([new Uint8Array([0x12, ...varint(message.length)]), message]);
}

/** wire gives a `ResourceSpans` message with the resource as its first field. */
function resourceMessage(resource: Resource): Uint8Array {
  const bytes = encodeResourceMessage({ ...resource, schemaUrl: '' });
  if (bytes.length === 0) return bytes;
  let lengthEnd = 1;
  while ((bytes[lengthEnd] ?? 0) >= 0x80) lengthEnd++;
  return bytes.subarray(lengthEnd + 1);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
