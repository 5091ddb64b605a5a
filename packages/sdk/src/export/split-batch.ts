import type { EncodedScopeSpans, SpanBatch } from './span-exporter.ts';

/**
 * The batch in two, about equal in bytes where that can be: between its scopes, or between the spans of its only scope.
 * Undefined for a batch of one span, or whose bytes are not a list of spans.
 */
export function splitBatch(batch: SpanBatch): readonly [SpanBatch, SpanBatch] | undefined {
  const scopes = batch.scopes.filter((scope) => scope.spanCount > 0);
  const [first] = scopes;
  if (first === undefined) return undefined;
  if (scopes.length === 1) {
    const halves = splitScope(first);
    return halves === undefined ? undefined : [withScopes(batch, [halves[0]]), withScopes(batch, [halves[1]])];
  }
  let count = 1;
  let bytes = first.spans.length;
  const total = byteLengthOf(scopes);
  for (; count < scopes.length - 1; count++) {
    const next = scopes[count]?.spans.length ?? 0;
    if (bytes + next > total / 2) break;
    bytes += next;
  }
  return [withScopes(batch, scopes.slice(0, count)), withScopes(batch, scopes.slice(count))];
}

function splitScope(scope: EncodedScopeSpans): readonly [EncodedScopeSpans, EncodedScopeSpans] | undefined {
  const { spans, spanCount } = scope;
  let offset = 0;
  let count = 0;
  while (count < spanCount - 1 && (count === 0 || offset < spans.length / 2)) {
    const next = endOfField(spans, offset);
    if (next === undefined) return undefined;
    offset = next;
    count++;
  }
  if (count === 0) return undefined;
  return [
    { ...scope, spans: spans.subarray(0, offset), spanCount: count },
    { ...scope, spans: spans.subarray(offset), spanCount: spanCount - count },
  ];
}

/** Where the length-delimited field with a one-byte tag that starts at `offset` ends. */
function endOfField(bytes: Uint8Array, offset: number): number | undefined {
  let at = offset + 1;
  let length = 0;
  for (let factor = 1; factor <= 2 ** 28; factor *= 0x80) {
    const byte = bytes[at++];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return at + length <= bytes.length ? at + length : undefined;
  }
  return undefined;
}

function withScopes(batch: SpanBatch, scopes: readonly EncodedScopeSpans[]): SpanBatch {
  const spanCount = scopes.reduce((sum, scope) => sum + scope.spanCount, 0);
  return { ...batch, scopes, spanCount, byteLength: byteLengthOf(scopes) };
}

function byteLengthOf(scopes: readonly EncodedScopeSpans[]): number {
  return scopes.reduce((sum, scope) => sum + scope.spans.length, 0);
}
