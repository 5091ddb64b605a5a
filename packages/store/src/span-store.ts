import type { DetailBlock, Span, SpanSink, Trace } from '@throughline/model';
import type { QueryConditions } from '@throughline/traceql';
import type { TraceColumnsHead } from '@throughline/wire';
import type {
  AttributeNames,
  AttributeScan,
  AttributeValues,
  AttributeValueScan,
} from './attributes/attribute-types.ts';
import type { FacetName, FacetNameScan } from './counting/facet-names.ts';
import type { Facets, FacetScan } from './counting/facets.ts';
import type { HeatCell, HeatMapScan } from './counting/heat-map.ts';
import type { BackLinks, BackLinkScan } from './links/back-links.ts';
import type { RequestGroup, RequestGroupScan } from './requests/request-groups.ts';
import type { ServiceVersions, VersionScan } from './versions/service-versions.ts';

/** Half-open `[fromUnixNano, toUnixNano)`. */
export interface TimeWindow {
  readonly fromUnixNano: bigint;
  readonly toUnixNano: bigint;
}

export type TraceOrder = 'newest' | 'longest';

/**
 * Which traces to list. A trace is listed when a span that matches started within the window. "Newest" orders by the
 * trace's start, "longest" by its duration, both descending, then by trace id ascending; a trace's start and end are
 * those of all its stored spans, in the window or not.
 */
export interface TraceSearch {
  readonly tenant: string;
  readonly conditions: QueryConditions;
  /** Absent: everything stored. */
  readonly window?: TimeWindow;
  readonly order: TraceOrder;
  /** Continue behind this trace (exclusive). `key` is its start (newest) or duration (longest) in nanoseconds. */
  readonly after?: { readonly key: bigint; readonly traceId: string };
}

/** A trace that may match. */
export interface TraceCandidate {
  readonly traceId: string;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  /** True: it matches. False: read it and let the interpreter decide. */
  readonly exact: boolean;
}

/** One trace of a result list. Counts are of distinct spans, unweighted. */
export interface TraceSummary {
  readonly traceId: string;
  /** Of the earliest span without a parent, else of the earliest span. */
  readonly rootService: string;
  readonly rootOperation: string;
  /** Sorted. */
  readonly services: readonly string[];
  readonly operations: readonly string[];
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly spanCount: number;
  readonly errorCount: number;
}

/**
 * The stored spans of a trace, copies included, in no order; `truncated` if the limit cut it. Attributes keep their
 * types and values, not their order; text that is not UTF-8 comes back with U+FFFD in place of what is not.
 */
export interface StoredTrace {
  readonly spans: readonly Span[];
  /** The same assembled, where the store has it already. */
  readonly assembled?: Trace;
  readonly truncated: boolean;
}

/** As {@link StoredTrace}, assembled, as columns. */
export interface StoredTraceColumns {
  readonly columns: TraceColumnsHead;
  /** Of all rows, in order, made while they are asked for; to be read once. */
  readonly details: AsyncIterable<DetailBlock>;
  readonly truncated: boolean;
}

/**
 * An edge of the service graph: parents in one service, children in another. Counts are sums of the child's weight.
 * Percentiles may be off by 2 %. Of several spans with the parent's id the earliest, then longest, is the parent.
 */
export interface DependencyEdge {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
  readonly errorCount: number;
  /** Of the child spans, in nanoseconds. */
  readonly durationAverageNano: number;
  readonly durationP50Nano: number;
  readonly durationP95Nano: number;
  readonly durationP99Nano: number;
}

/** Weighted requests of one service, operation and kind within one minute. */
export interface RedPoint {
  readonly service: string;
  readonly operation: string;
  readonly kind: number;
  readonly minuteUnixSeconds: number;
  readonly count: number;
  readonly errorCount: number;
  readonly durationSumNano: number;
  readonly durationP50Nano: number;
  readonly durationP95Nano: number;
  readonly durationP99Nano: number;
}

/** Requests: counts are sums of weights, durations nanoseconds. */
export interface RequestStatistics {
  readonly requestCount: number;
  readonly errorCount: number;
  readonly durationSumNano: number;
  /** Exact. */
  readonly durationMinNano: number;
  readonly durationMaxNano: number;
  /** At the shares {@link REQUEST_QUANTILES}; each may be too low by 1 %. */
  readonly durationQuantilesNano: readonly number[];
}

/** The shares at which {@link RequestStatistics} has quantiles. */
export const REQUEST_QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999] as const;

export interface RequestFilter {
  readonly service: string;
  /** Only requests with this name. */
  readonly operation?: string;
  readonly window: TimeWindow;
  /** Length of the steps of {@link ServiceRequests.points}, which begin at its multiples since the epoch. */
  readonly stepNano: bigint;
  /** What takes longer is slow. */
  readonly slowNano: bigint;
}

/**
 * What a service was asked to do. A request is a distinct span of the service that no span of the same service is the
 * parent of: its entry spans. A parent that starts more than an hour outside the window may be missed.
 */
export interface ServiceRequests extends RequestStatistics {
  /** Sorted by name. */
  readonly operations: readonly (RequestStatistics & { readonly operation: string })[];
  /** By time; steps without requests are left out. */
  readonly points: readonly (RequestStatistics & { readonly startTimeUnixNano: bigint })[];
  /** Distinct traces, unweighted: with a span of the service (and operation) that started in the window, ... */
  readonly traceCount: number;
  /** ... with such a span that failed, ... */
  readonly errorTraceCount: number;
  /** ... and with a request that was slow. */
  readonly slowTraceCount: number;
}

export interface ErrorScan {
  readonly window: TimeWindow;
  readonly service?: string;
  readonly operation?: string;
  /** Only the newest stored error spans, copies included, are read. */
  readonly maxSpanCount: number;
}

export interface ErrorSpans {
  /** Distinct, newest first. */
  readonly spans: readonly Span[];
  /** Whether there are older ones that were not read. */
  readonly scanLimited: boolean;
}

export interface TraceSampling {
  readonly window: TimeWindow;
  readonly service?: string;
  readonly operation?: string;
  readonly maxTraceCount: number;
  /** Stored spans, copies included, of all of them together; a single trace may have more. Absent: any number. */
  readonly maxSpanCount?: number;
}

export interface TraceSample {
  /**
   * By the CRC-32 of the trace id, which has nothing to do with what is in the trace: a fair sample, and a stable one. As
   * many as both limits allow.
   */
  readonly traceIds: readonly string[];
  /** How many traces there are to choose from. */
  readonly traceCount: number;
}

export interface ServiceOperation {
  readonly name: string;
  readonly kind: number;
}

export interface StoreStatus {
  readonly engine: string;
  /** Of the engine, where it has one of its own. */
  readonly engineVersion?: string;
  /** Stored rows; copies of a span that compaction has not removed yet count. */
  readonly spanRowCount: number;
  readonly diskBytes: number;
  readonly memoryBytes: number;
  /** Start of the earliest and latest stored span; undefined while there are none. */
  readonly dataWindow: TimeWindow | undefined;
  /** Monotonic counters by name, e.g. `spans_written`, `spans_evicted`, `insert_retries`. */
  readonly counters: Readonly<Record<string, number>>;
}

/**
 * What is read of spans. `structure`: ids, times, name, kind, weight, resource, and as the status whether it is an error
 * span; the rest is empty, or there all the same where leaving it out would save nothing.
 */
export type SpanDetail = 'all' | 'structure';

export interface ReadOptions {
  readonly signal?: AbortSignal;
}

/**
 * The one interface to stored spans, over every engine. What `write` has acknowledged is visible to every later call.
 *
 * Reads reject with a `CodedError`: `query_timeout`, `query_memory_limit`, `too_many_queries` (retryable), `closed`,
 * `storage_failed`, or the signal's reason. A tenant without data is not an error: results are empty.
 */
export interface SpanStore extends SpanSink, AsyncDisposable {
  /** Spans given up to stay within bounds, of all tenants; absent where nothing ever is. Answers may lack them. */
  readonly evictedSpanCount?: number;
  /**
   * Candidates in the search's order without gaps, in pages of the store's choice; the caller stops when it has
   * enough. The order is total and stable: the same search over the same data gives the same sequence.
   */
  findTraces(search: TraceSearch, options?: ReadOptions): AsyncIterable<readonly TraceCandidate[]>;
  /** In the order of the candidates. */
  summarizeTraces(
    tenant: string,
    candidates: readonly Pick<TraceCandidate, 'traceId'>[],
    options?: ReadOptions,
  ): Promise<readonly TraceSummary[]>;
  /** Those that exist, by trace id. At most `maxSpansPerTrace` (the store's limit by default) spans each. */
  readTraces(
    tenant: string,
    traceIds: readonly string[],
    options?: ReadOptions & { readonly maxSpansPerTrace?: number; readonly detail?: SpanDetail },
  ): Promise<ReadonlyMap<string, StoredTrace>>;
  /**
   * A trace as columns, as `buildTraceColumns` has them of what {@link readTraces} gives (of a trace that is cut it may be
   * other spans); undefined if it does not exist.
   */
  readTraceColumns(
    tenant: string,
    traceId: string,
    options?: ReadOptions & { readonly maxSpansPerTrace?: number },
  ): Promise<StoredTraceColumns | undefined>;
  /** Sorted names; over everything stored unless a window is given (then with the rollups' resolution, a minute). */
  services(tenant: string, window?: TimeWindow, options?: ReadOptions): Promise<readonly string[]>;
  /** Sorted by name, then kind. */
  operations(
    tenant: string,
    service: string,
    window?: TimeWindow,
    options?: ReadOptions,
  ): Promise<readonly ServiceOperation[]>;
  /** Edges whose child started within the window, sorted by parent, then child. */
  dependencies(tenant: string, window?: TimeWindow, options?: ReadOptions): Promise<readonly DependencyEdge[]>;
  /**
   * RED of the whole minutes that the window touches, from the same distinct weighted spans that search lists. Sorted
   * by minute, service, operation, kind.
   */
  red(
    tenant: string,
    filter: { readonly service?: string; readonly window: TimeWindow },
    options?: ReadOptions,
  ): Promise<readonly RedPoint[]>;
  /** What a service was asked to do in the window. Of a service without spans there all counts and lists are empty. */
  requests(tenant: string, filter: RequestFilter, options?: ReadOptions): Promise<ServiceRequests>;
  /**
   * What all services, or operations, were asked to do in the window, with {@link requests}'s notion of a request. Sorted
   * by service, then operation; groups without requests are left out.
   */
  requestGroups(tenant: string, scan: RequestGroupScan, options?: ReadOptions): Promise<readonly RequestGroup[]>;
  /**
   * The distinct spans that match, by start and duration: by column, then row, cells without spans left out. Undefined
   * where the store cannot tell by itself which spans match; {@link findTraces} then offers the traces to look at.
   */
  heatCells(tenant: string, scan: HeatMapScan, options?: ReadOptions): Promise<readonly HeatCell[] | undefined>;
  /** What values the distinct spans that match have. Undefined as for {@link heatCells}. */
  facets(tenant: string, scan: FacetScan, options?: ReadOptions): Promise<Facets | undefined>;
  /**
   * Attributes that tell the spans that match apart, those of most spans first, judged by some of the spans. Undefined as
   * for {@link heatCells}.
   */
  facetNames(tenant: string, scan: FacetNameScan, options?: ReadOptions): Promise<readonly FacetName[] | undefined>;
  /** The spans of other traces that link to a trace, whether that is stored or not. */
  backLinks(tenant: string, scan: BackLinkScan, options?: ReadOptions): Promise<BackLinks>;
  /** Which versions of a service there are in the window. */
  serviceVersions(tenant: string, scan: VersionScan, options?: ReadOptions): Promise<ServiceVersions>;
  /** The error spans that started in the window. */
  errorSpans(tenant: string, scan: ErrorScan, options?: ReadOptions): Promise<ErrorSpans>;
  /** Some of the traces with a span (of the service and operation) that started in the window. */
  sampleTraces(tenant: string, sampling: TraceSampling, options?: ReadOptions): Promise<TraceSample>;
  /** The names of the attributes of spans and their resources. */
  attributeNames(tenant: string, scan: AttributeScan, options?: ReadOptions): Promise<AttributeNames>;
  /** The scalar values of an attribute. */
  attributeValues(
    tenant: string,
    name: string,
    scan: AttributeValueScan,
    options?: ReadOptions,
  ): Promise<AttributeValues>;
  /**
   * Of everything stored. With a tenant `spanRowCount` and `dataWindow` are that tenant's alone; what the engine takes
   * and counts is of all tenants still.
   */
  status(tenant?: string): Promise<StoreStatus>;
  /** Whether writes and reads work now; the reason if not. */
  ready(): Promise<{ readonly ready: boolean; readonly reason?: string }>;
}
