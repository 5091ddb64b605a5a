import type { Span, SpanSink } from '@throughline/model';
import type { QueryConditions } from '@throughline/traceql';
import type {
  AttributeNames,
  AttributeScan,
  AttributeValues,
  AttributeValueScan,
} from './attributes/attribute-types.ts';

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

export interface ServiceOperation {
  readonly name: string;
  readonly kind: number;
}

export interface StoreStatus {
  readonly engine: string;
  /** Stored rows; copies of a span that compaction has not removed yet count. */
  readonly spanRowCount: number;
  readonly diskBytes: number;
  readonly memoryBytes: number;
  /** Start of the earliest and latest stored span; undefined while there are none. */
  readonly dataWindow: TimeWindow | undefined;
  /** Monotonic counters by name, e.g. `spans_written`, `spans_evicted`, `insert_retries`. */
  readonly counters: Readonly<Record<string, number>>;
}

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
    options?: ReadOptions & { readonly maxSpansPerTrace?: number },
  ): Promise<ReadonlyMap<string, StoredTrace>>;
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
