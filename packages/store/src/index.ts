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
export { type FacetName, type FacetNameScan, FacetNameTally, tellingNames } from './counting/facet-names.ts';
export {
  type Facet,
  type FacetField,
  type Facets,
  type FacetScan,
  facetsOfSpans,
  type FacetValue,
} from './counting/facets.ts';
export { type HeatCell, type HeatMapGrid, type HeatMapScan, HeatTally } from './counting/heat-map.ts';
export type { SpanFilter } from './counting/span-filter.ts';
export type { BackLink, BackLinks, BackLinkScan } from './links/back-links.ts';
export { memoryDefaults, type MemoryStoreOptions, openMemoryStore } from './memory/memory-store.ts';
export { summarizeTrace } from './memory/summarize-trace.ts';
export { openStore, type StoreOptions } from './open-store.ts';
export type { RequestGroup, RequestGroupScan } from './requests/request-groups.ts';
export type { ServiceVersion, ServiceVersions, VersionScan } from './versions/service-versions.ts';
export {
  type DependencyEdge,
  type ErrorScan,
  type ErrorSpans,
  type ReadOptions,
  type RedPoint,
  REQUEST_QUANTILES,
  type RequestFilter,
  type RequestStatistics,
  type ServiceOperation,
  type ServiceRequests,
  type SpanDetail,
  type SpanStore,
  type StoredTrace,
  type StoredTraceColumns,
  type StoreStatus,
  type TimeWindow,
  type TraceCandidate,
  type TraceOrder,
  type TraceSample,
  type TraceSampling,
  type TraceSearch,
  type TraceSummary,
} from './span-store.ts';
