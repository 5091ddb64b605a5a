export type {
  AttributeHolder,
  AttributeName,
  AttributeNames,
  AttributeScan,
  AttributeType,
  AttributeValueCount,
  AttributeValues,
  AttributeValueScan,
} from './attributes/attribute-types.ts';
export { openChdbStore } from './chdb/chdb-store.ts';
export { type ChdbStoreOptions, chdbDefaults } from './chdb/chdb-options.ts';
export { memoryDefaults, type MemoryStoreOptions, openMemoryStore } from './memory/memory-store.ts';
export { openStore, type StoreOptions } from './open-store.ts';
export type {
  DependencyEdge,
  ReadOptions,
  RedPoint,
  ServiceOperation,
  SpanStore,
  StoredTrace,
  StoreStatus,
  TimeWindow,
  TraceCandidate,
  TraceOrder,
  TraceSearch,
  TraceSummary,
} from './span-store.ts';
