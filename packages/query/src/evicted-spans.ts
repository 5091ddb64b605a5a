import type { SpanStore } from '@throughline/store';
import type { IncompletenessReason } from './completeness.ts';

/** What a bounded store has forgotten may be missing from every answer. */
export function evictionReasons(store: SpanStore): readonly IncompletenessReason[] {
  const count = store.evictedSpanCount ?? 0;
  if (count === 0) return [];
  const message = `The store keeps a bounded number of spans and has given up ${count} older ones since it started`;
  return [{ code: 'spans_evicted', message }];
}
