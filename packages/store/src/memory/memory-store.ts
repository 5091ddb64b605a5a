import { assembleTrace, CodedError, serviceName, type Span, type SpanBatch, type Trace } from '@throughline/model';
import { buildTraceColumns } from '@throughline/wire';
import type {
  AttributeNames,
  AttributeScan,
  AttributeValues,
  AttributeValueScan,
} from '../attributes/attribute-types.ts';
import type {
  DependencyEdge,
  ErrorScan,
  ErrorSpans,
  ReadOptions,
  RedPoint,
  RequestFilter,
  ServiceOperation,
  ServiceRequests,
  SpanDetail,
  SpanStore,
  StoredTrace,
  StoredTraceColumns,
  StoreStatus,
  TimeWindow,
  TraceCandidate,
  TraceSample,
  TraceSampling,
  TraceSearch,
  TraceSummary,
} from '../span-store.ts';
import { type FacetName, type FacetNameScan, FacetNameTally, tellingNames } from '../counting/facet-names.ts';
import { type Facets, type FacetScan, facetsOfSpans } from '../counting/facets.ts';
import { type HeatCell, type HeatMapScan, HeatTally } from '../counting/heat-map.ts';
import type { RequestGroup, RequestGroupScan } from '../requests/request-groups.ts';
import { type ServiceVersions, type VersionScan, VersionTally } from '../versions/service-versions.ts';
import { operationsOf, servicesOf } from './catalog.ts';
import { dependencyEdges, redPoints } from './red-points.ts';
import { type BackLinks, type BackLinkScan, backLinksOf } from '../links/back-links.ts';
import { scanErrorSpans } from './scan-error-spans.ts';
import { assembledTrace, KeptTraces, type Bounds } from './kept-traces.ts';
import { requestGroups } from './request-groups.ts';
import { sampleTraceIds } from './sample-traces.ts';
import { scanAttributeNames, scanAttributeValues, type ScannedTrace } from './scan-attributes.ts';
import { callPairs, exactSpans, isListed, isSelected, isWithin, startsInMinutesOf } from './select-spans.ts';
import { serviceRequests } from './service-requests.ts';
import { storedData } from './stored-data.ts';
import { summarizeTrace } from './summarize-trace.ts';

export interface MemoryStoreOptions extends Partial<Bounds> {
  readonly maxSpansPerTrace?: number;
}

export const memoryDefaults: Required<MemoryStoreOptions> = {
  maxSpanCount: 200_000,
  maxBytes: 128 << 20,
  maxSpansPerTrace: 200_000,
};

/** A store that forgets: bounded, for trying out and for tests. */
export async function openMemoryStore(options: MemoryStoreOptions = {}): Promise<SpanStore> {
  return Promise.resolve(new MemoryStore({ ...memoryDefaults, ...options }));
}

const PAGE = 100;

class MemoryStore implements SpanStore {
  readonly #maxSpansPerTrace: number;
  readonly #kept: KeptTraces;
  #closed = false;

  constructor(options: Required<MemoryStoreOptions>) {
    this.#maxSpansPerTrace = options.maxSpansPerTrace;
    this.#kept = new KeptTraces(options);
  }

  async write(batch: SpanBatch): Promise<void> {
    this.#checkOpen();
    this.#kept.add(batch);
    return Promise.resolve();
  }

  async *findTraces(search: TraceSearch, options: ReadOptions = {}): AsyncGenerator<readonly TraceCandidate[]> {
    this.#check(options);
    const candidates: TraceCandidate[] = [];
    for (const trace of this.#traces(search.tenant)) {
      if (!isListed(search, trace)) continue;
      const { traceId, startTimeUnixNano, endTimeUnixNano } = trace;
      candidates.push({ traceId, startTimeUnixNano, endTimeUnixNano, exact: search.conditions.exact });
    }
    const keyOf = ({ startTimeUnixNano, endTimeUnixNano }: TraceCandidate): bigint =>
      search.order === 'newest' ? startTimeUnixNano : endTimeUnixNano - startTimeUnixNano;
    const { after } = search;
    const behind = candidates.filter((candidate) => {
      const key = keyOf(candidate);
      return after === undefined || key < after.key || (key === after.key && candidate.traceId > after.traceId);
    });
    behind.sort((a, b) => {
      const difference = keyOf(b) - keyOf(a);
      if (difference !== 0n) return difference < 0n ? -1 : 1;
      return a.traceId < b.traceId ? -1 : 1;
    });
    for (let at = 0; at < behind.length; at += PAGE) {
      this.#check(options);
      yield await Promise.resolve(behind.slice(at, at + PAGE));
    }
  }

  async summarizeTraces(
    tenant: string,
    candidates: readonly Pick<TraceCandidate, 'traceId'>[],
    options: ReadOptions = {},
  ): Promise<readonly TraceSummary[]> {
    this.#check(options);
    const traces = this.#kept.traces(tenant);
    return Promise.resolve(
      candidates.flatMap(({ traceId }) => {
        const record = traces.get(traceId);
        return record === undefined ? [] : [summarizeTrace(traceId, record.spans)];
      }),
    );
  }

  async readTraces(
    tenant: string,
    traceIds: readonly string[],
    options: ReadOptions & { readonly maxSpansPerTrace?: number; readonly detail?: SpanDetail } = {},
  ): Promise<ReadonlyMap<string, StoredTrace>> {
    this.#check(options);
    const limit = options.maxSpansPerTrace ?? this.#maxSpansPerTrace;
    const found = new Map<string, StoredTrace>();
    for (const traceId of traceIds) {
      const record = this.#kept.traces(tenant).get(traceId);
      if (record === undefined) continue;
      const { spans, assembled } = record;
      const truncated = spans.length > limit;
      const isAssembled = !truncated && assembled !== undefined;
      found.set(traceId, { spans: spans.slice(0, limit), truncated, ...(isAssembled && { assembled }) });
    }
    return Promise.resolve(found);
  }

  async readTraceColumns(
    tenant: string,
    traceId: string,
    options: ReadOptions & { readonly maxSpansPerTrace?: number } = {},
  ): Promise<StoredTraceColumns | undefined> {
    const found = (await this.readTraces(tenant, [traceId], options)).get(traceId);
    if (found === undefined) return undefined;
    const { spans, assembled = assembleTrace(spans), truncated } = found;
    const { detailBlocks, ...columns } = buildTraceColumns(assembled);
    return { columns, details: oneByOne(detailBlocks), truncated };
  }

  async services(tenant: string, window?: TimeWindow, options: ReadOptions = {}): Promise<readonly string[]> {
    this.#check(options);
    return Promise.resolve(servicesOf(this.#spans(tenant), window));
  }

  async operations(
    tenant: string,
    service: string,
    window?: TimeWindow,
    options: ReadOptions = {},
  ): Promise<readonly ServiceOperation[]> {
    this.#check(options);
    return Promise.resolve(operationsOf(this.#spans(tenant), service, window));
  }

  async dependencies(
    tenant: string,
    window?: TimeWindow,
    options: ReadOptions = {},
  ): Promise<readonly DependencyEdge[]> {
    this.#check(options);
    return Promise.resolve(dependencyEdges(callPairs(this.#traces(tenant), window)));
  }

  async red(
    tenant: string,
    filter: { readonly service?: string; readonly window: TimeWindow },
    options: ReadOptions = {},
  ): Promise<readonly RedPoint[]> {
    this.#check(options);
    const spans: Span[] = [];
    for (const trace of this.#traces(tenant)) {
      for (const span of trace.spans) {
        if (filter.service !== undefined && serviceName(span.resource) !== filter.service) continue;
        if (startsInMinutesOf(span, filter.window)) spans.push(span);
      }
    }
    return Promise.resolve(redPoints(spans));
  }

  async requests(tenant: string, filter: RequestFilter, options: ReadOptions = {}): Promise<ServiceRequests> {
    this.#check(options);
    return Promise.resolve(serviceRequests(this.#traces(tenant), filter));
  }

  async requestGroups(
    tenant: string,
    scan: RequestGroupScan,
    options: ReadOptions = {},
  ): Promise<readonly RequestGroup[]> {
    this.#check(options);
    return Promise.resolve(requestGroups(this.#traces(tenant), scan));
  }

  async heatCells(
    tenant: string,
    scan: HeatMapScan,
    options: ReadOptions = {},
  ): Promise<readonly HeatCell[] | undefined> {
    this.#check(options);
    const spans = exactSpans(this.#traces(tenant), scan);
    if (spans === undefined) return Promise.resolve(undefined);
    const tally = new HeatTally(scan);
    for (const span of spans) tally.add(span);
    return Promise.resolve(tally.cells());
  }

  async facets(tenant: string, scan: FacetScan, options: ReadOptions = {}): Promise<Facets | undefined> {
    this.#check(options);
    const spans = exactSpans(this.#traces(tenant), scan);
    return Promise.resolve(spans && facetsOfSpans(spans, scan));
  }

  async facetNames(
    tenant: string,
    scan: FacetNameScan,
    options: ReadOptions = {},
  ): Promise<readonly FacetName[] | undefined> {
    this.#check(options);
    const spans = exactSpans(this.#traces(tenant), scan);
    if (spans === undefined) return Promise.resolve(undefined);
    const tally = new FacetNameTally();
    for (const [i, span] of [...spans].entries()) if (i < scan.maxSpanCount) tally.add(span);
    return Promise.resolve(tellingNames(tally.names(), scan.limit));
  }

  async backLinks(tenant: string, scan: BackLinkScan, options: ReadOptions = {}): Promise<BackLinks> {
    this.#check(options);
    const linking = this.#kept.linkingTo(tenant, scan.traceId);
    const spans = [...linking]
      .flatMap((id) => this.#kept.traces(tenant).get(id) ?? [])
      .flatMap((record) => assembledTrace(record).spans);
    return Promise.resolve(backLinksOf(spans, scan));
  }

  async serviceVersions(
    tenant: string,
    { service, window }: VersionScan,
    options: ReadOptions = {},
  ): Promise<ServiceVersions> {
    this.#check(options);
    const tally = new VersionTally();
    for (const { spans } of this.#traces(tenant)) {
      for (const span of spans) {
        if (!isSelected(span, { service, window })) continue;
        const { startTimeUnixNano: start, weight } = span;
        tally.add(span.resource.attributes, { firstStartUnixNano: start, lastStartUnixNano: start, spanCount: weight });
      }
    }
    return Promise.resolve(tally.result());
  }

  async errorSpans(tenant: string, scan: ErrorScan, options: ReadOptions = {}): Promise<ErrorSpans> {
    this.#check(options);
    return Promise.resolve(scanErrorSpans(this.#scanned(tenant), scan));
  }

  async sampleTraces(tenant: string, sampling: TraceSampling, options: ReadOptions = {}): Promise<TraceSample> {
    this.#check(options);
    const sizes = new Map<string, number>();
    for (const [traceId, { spans }] of this.#kept.traces(tenant)) {
      if (!spans.some((span) => isSelected(span, sampling))) continue;
      sizes.set(traceId, spans.filter((span) => isWithin(span, sampling.window)).length);
    }
    return Promise.resolve(sampleTraceIds(sizes, sampling));
  }

  async attributeNames(tenant: string, scan: AttributeScan, options: ReadOptions = {}): Promise<AttributeNames> {
    this.#check(options);
    return Promise.resolve(scanAttributeNames([...this.#scanned(tenant)], scan));
  }

  async attributeValues(
    tenant: string,
    name: string,
    scan: AttributeValueScan,
    options: ReadOptions = {},
  ): Promise<AttributeValues> {
    this.#check(options);
    return Promise.resolve(scanAttributeValues([...this.#scanned(tenant)], name, scan));
  }

  get evictedSpanCount(): number {
    return this.#kept.counters.spans_evicted;
  }

  async status(tenant?: string): Promise<StoreStatus> {
    const records = [...this.#kept.all(tenant)];
    return Promise.resolve({
      ...storedData(records.map(({ spans }) => spans)),
      engine: 'memory',
      memoryBytes: process.memoryUsage.rss(),
      counters: { ...this.#kept.counters },
    });
  }

  async ready(): Promise<{ readonly ready: boolean; readonly reason?: string }> {
    return Promise.resolve(this.#closed ? { ready: false, reason: 'the store is closed' } : { ready: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#kept.clear();
    return Promise.resolve();
  }

  #check({ signal }: ReadOptions): void {
    this.#checkOpen();
    signal?.throwIfAborted();
  }

  #checkOpen(): void {
    if (this.#closed) throw new CodedError('closed', 'the store is closed');
  }

  *#spans(tenant: string): Generator<Span> {
    for (const record of this.#kept.traces(tenant).values()) yield* record.spans;
  }

  *#traces(tenant: string): Generator<Trace> {
    for (const { assembled } of this.#scanned(tenant)) yield assembled;
  }

  *#scanned(tenant: string): Generator<ScannedTrace> {
    for (const record of this.#kept.traces(tenant).values()) {
      yield { stored: record.spans, assembled: assembledTrace(record) };
    }
  }
}

async function* oneByOne<T>(items: readonly T[]): AsyncGenerator<T, void> {
  yield* items;
}
