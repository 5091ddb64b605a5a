import type { Span } from '@throughline/model';
import { openMemoryStore, type SpanStore } from '@throughline/store';
import { columnsFromSpans } from '@throughline/wire';

/** A memory store that holds the spans. */
export async function storeOf(spans: readonly Span[], tenant = 'default'): Promise<SpanStore> {
  const store = await openMemoryStore({});
  await writeSpans(store, spans, tenant);
  return store;
}

export async function writeSpans(store: SpanStore, spans: readonly Span[], tenant = 'default'): Promise<void> {
  await store.write({ tenant, columns: columnsFromSpans({ spans, rejected: {} }) });
}
