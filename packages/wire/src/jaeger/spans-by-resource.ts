import type { Resource, Span } from '@throughline/model';

/** Jaeger's batches hold spans of one process. Resources are told apart by identity, in the order of their first spans. */
export function spansByResource(spans: readonly Span[]): ReadonlyMap<Resource, readonly Span[]> {
  const groups = new Map<Resource, Span[]>();
  for (const span of spans) {
    const group = groups.get(span.resource);
    if (group === undefined) groups.set(span.resource, [span]);
    else group.push(span);
  }
  return groups;
}
