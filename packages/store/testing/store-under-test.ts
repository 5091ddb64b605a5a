import type { Span } from '@throughline/model';
import type { QueryConditions } from '@throughline/traceql';
import { columnsFromSpans } from '@throughline/wire';
import type { SpanStore, TraceCandidate, TraceSearch } from '../src/index.ts';

export const EVERYTHING: QueryConditions = { condition: { kind: 'spans', predicate: { kind: 'true' } }, exact: true };

/** What the parts of a contract use of the store. */
export interface StoreUnderTest {
  readonly store: () => SpanStore;
  readonly write: (tenant: string, spans: readonly Span[]) => Promise<void>;
  /** All candidates of a search: everything, newest first, unless it says otherwise. */
  readonly find: (tenant: string, search?: Partial<TraceSearch>) => Promise<TraceCandidate[]>;
}

export function storeUnderTest(store: () => SpanStore): StoreUnderTest {
  return {
    store,
    write: (tenant, spans) => store().write({ tenant, columns: columnsFromSpans({ spans, rejected: {} }) }),
    find: async (tenant, search = {}) => {
      const found: TraceCandidate[] = [];
      const full: TraceSearch = { tenant, conditions: EVERYTHING, order: 'newest', ...search };
      for await (const page of store().findTraces(full)) found.push(...page);
      return found;
    },
  };
}

export function ids(candidates: readonly TraceCandidate[]): string[] {
  return candidates.map(({ traceId }) => traceId);
}
