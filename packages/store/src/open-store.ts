import { CodedError } from '@throughline/model';
import { openChdbStore } from './chdb/chdb-store.ts';
import type { ChdbStoreOptions } from './chdb/chdb-options.ts';
import { type MemoryStoreOptions, openMemoryStore } from './memory/memory-store.ts';
import type { SpanStore } from './span-store.ts';

export interface StoreOptions {
  readonly chdb?: Omit<ChdbStoreOptions, 'directory'>;
  readonly memory?: MemoryStoreOptions;
}

/**
 * Opens the store that a URL names: `chdb:DIR` or `memory:`.
 *
 * @throws CodedError `store_not_available` for `clickhouse://`, `invalid_store_url`, and what the opener throws
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<SpanStore> {
  if (url === 'memory:') return openMemoryStore(options.memory);
  if (url.startsWith('chdb:') && url.length > 'chdb:'.length) {
    return openChdbStore({ ...options.chdb, directory: url.slice('chdb:'.length) });
  }
  if (/^(?:clickhouse|https?):\/\//.test(url)) {
    throw new CodedError('store_not_available', 'a ClickHouse server as the store is not part of this version');
  }
  throw new CodedError('invalid_store_url', `the store must be chdb:DIR or memory:, not ${JSON.stringify(url)}`);
}
