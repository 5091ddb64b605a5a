import type { TraceAnalysisAnswer, TraceComparisonAnswer } from '../native/analysis-answer-types.ts';
import type {
  ChangesAnswer,
  ClockSkewAnswer,
  CriticalPathProfileAnswer,
  RootCauseAnswer,
  ServiceGraphAnswer,
  SetComparisonAnswer,
} from '../native/analysis/sample-answer-types.ts';
import type {
  ErrorsAnswer,
  PerformanceAnswer,
  ServiceHealthsAnswer,
  SlowTracesAnswer,
} from '../native/analysis/set-answer-types.ts';
import type {
  AttributesAnswer,
  AttributeValuesAnswer,
  DependenciesAnswer,
  SearchAnswer,
  StatusAnswer,
  TraceAnswer,
  TraceSummaryAnswer,
} from '../native/answer-types.ts';
import type {
  BackLinksAnswer,
  DeploymentsAnswer,
  FacetsAnswer,
  HeatMapAnswer,
  RedAnswer,
} from '../native/explore/explore-answer-types.ts';
import { type CallOptions, type Connection, type Fetch, getBytes, getJson } from './http.ts';
import { followTail } from './follow-tail.ts';
import { type ArrivingTraceColumns, openColumns, readColumns, type TraceColumnsAnswer } from './read-columns.ts';

export interface QueryClientOptions {
  /** E.g. `http://127.0.0.1:16686`; in a browser `''` (the default) is the page's own origin. */
  readonly baseUrl?: string;
  /** Sent as `X-Scope-OrgID`. */
  readonly tenant?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the global `fetch`. */
  readonly fetch?: Fetch;
}

/** Names and meanings are those of the API's parameters. */
export interface WindowParameters {
  /** Seconds since the epoch, or text: decimal seconds (exact) or ISO 8601. */
  readonly start_time?: number | string | undefined;
  readonly end_time?: number | string | undefined;
  /** E.g. `1h`. */
  readonly since?: string | undefined;
}

/** What spans or traces have to be like. */
export interface FilterParameters {
  /** TraceQL. */
  readonly q?: string | undefined;
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  /** `key=value` each. */
  readonly tags?: readonly string[] | undefined;
  /** Of the trace, e.g. `20ms`. */
  readonly min_duration?: string | undefined;
  readonly max_duration?: string | undefined;
}

export interface SearchParameters extends FilterParameters, WindowParameters {
  readonly limit?: number | undefined;
  readonly order?: 'newest' | 'longest' | undefined;
  /** Attributes to list with each trace, `span.NAME` or `resource.NAME`, up to 8. */
  readonly select?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
}

export interface HeatMapParameters extends FilterParameters, WindowParameters {
  /** At most so many, up to 240. */
  readonly columns?: number | undefined;
  /** At most so many, up to 64. */
  readonly rows?: number | undefined;
}

export interface RedParameters extends WindowParameters {
  /** `service` by default. */
  readonly by?: 'service' | 'operation' | undefined;
  /** Only of this service. */
  readonly service?: string | undefined;
  /** Whole seconds, e.g. `60s`; by default about 60 points. */
  readonly step?: string | undefined;
  readonly limit?: number | undefined;
}

export interface FacetParameters extends FilterParameters, WindowParameters {
  /** Fields as TraceQL writes them, up to 20, e.g. `name`, `span.http.route`; by default the most telling ones. */
  readonly names?: readonly string[] | undefined;
  /** Values of each, up to 100. */
  readonly limit?: number | undefined;
}

export interface BackLinkParameters {
  readonly limit?: number | undefined;
}

export interface TailOptions extends CallOptions {
  /** Called with how many traces were left out since the last call, because they came too fast. */
  readonly onSkipped?: ((count: number) => void) | undefined;
  /** Called once the server listens: what arrives from then on is reported. */
  readonly onOpen?: (() => void) | undefined;
}

export interface AttributeParameters extends WindowParameters {
  readonly limit?: number | undefined;
}

export interface AttributeValueParameters extends AttributeParameters {
  /** `span` by default. */
  readonly scope?: 'span' | 'resource' | undefined;
  readonly service?: string | undefined;
}

export interface AnalysisParameters {
  /** Of each list. */
  readonly limit?: number | undefined;
}

export interface PerformanceParameters extends WindowParameters {
  readonly operation?: string | undefined;
  /** Whole seconds, e.g. `60s`. */
  readonly step?: string | undefined;
  /** What takes longer is slow, e.g. `500ms`. */
  readonly slow?: string | undefined;
  /** What p95 may be without harm to the health. */
  readonly objective?: string | undefined;
  readonly limit?: number | undefined;
}

export interface ServiceHealthParameters extends WindowParameters {
  /** What takes longer is slow, e.g. `500ms`. */
  readonly slow?: string | undefined;
  /** What p95 may be without harm to the health. */
  readonly objective?: string | undefined;
  /** Services, those with the most requests. */
  readonly limit?: number | undefined;
}

export interface SlowTracesParameters extends WindowParameters {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  /** E.g. `500ms`. */
  readonly above?: string | undefined;
  /** Instead of `above`: 50, 75, 90, 95, 99 or 99.9. */
  readonly percentile?: number | undefined;
  readonly limit?: number | undefined;
}

export interface ErrorsParameters extends WindowParameters {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly limit?: number | undefined;
}

export interface ReferenceParameters extends WindowParameters {
  readonly reference_start_time?: number | string | undefined;
  readonly reference_end_time?: number | string | undefined;
  readonly limit?: number | undefined;
}

export interface ChangesParameters extends ReferenceParameters {
  readonly service?: string | undefined;
}

export interface CompareSetsParameters extends WindowParameters {
  readonly a_start_time?: number | string | undefined;
  readonly a_end_time?: number | string | undefined;
  readonly b_start_time?: number | string | undefined;
  readonly b_end_time?: number | string | undefined;
  /** Of each set. */
  readonly traces?: number | undefined;
  readonly limit?: number | undefined;
}

export interface CriticalPathParameters extends WindowParameters {
  readonly operation?: string | undefined;
  /** Read at most. */
  readonly traces?: number | undefined;
  readonly limit?: number | undefined;
}

export interface SkewParameters extends WindowParameters {
  readonly limit?: number | undefined;
}

export type ExportFormat = 'simple' | 'otlp' | 'jaeger' | 'zipkin' | 'html';

/**
 * The native API, typed. Every call rejects with a `QueryClientError`, or the reason of its signal when aborted.
 * The answers' fields are trusted to be what the server's schemas say.
 */
export interface QueryClient {
  searchTraces(parameters: SearchParameters, options?: CallOptions): Promise<SearchAnswer>;
  /** Rejects with `trace_not_found` or `invalid_trace_id`. */
  getTrace(traceId: string, options?: CallOptions): Promise<TraceAnswer>;
  /** The same trace as columns, for drawing. */
  getTraceColumns(traceId: string, options?: CallOptions): Promise<TraceColumnsAnswer>;
  /** The same as soon as it can be drawn. Aborting the call ends the arrivals too. */
  openTraceColumns(traceId: string, options?: CallOptions): Promise<ArrivingTraceColumns>;
  /** The trace as a file of the format: UTF-8 JSON, or a page that shows it. */
  exportTrace(traceId: string, format: ExportFormat, options?: CallOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Why the trace took as long as it did. Rejects as {@link getTrace} does. */
  analyzeTrace(traceId: string, parameters?: AnalysisParameters, options?: CallOptions): Promise<TraceAnalysisAnswer>;
  /** How trace `b` differs from trace `a`. Rejects as {@link getTrace} does. */
  compareTraces(
    a: string,
    b: string,
    parameters?: AnalysisParameters,
    options?: CallOptions,
  ): Promise<TraceComparisonAnswer>;
  /** How a service does. Rejects with `service_not_found`. */
  servicePerformance(
    service: string,
    parameters?: PerformanceParameters,
    options?: CallOptions,
  ): Promise<PerformanceAnswer>;
  /** The health of all services, and what it is made of. */
  serviceHealth(parameters?: ServiceHealthParameters, options?: CallOptions): Promise<ServiceHealthsAnswer>;
  slowTraces(parameters?: SlowTracesParameters, options?: CallOptions): Promise<SlowTracesAnswer>;
  errors(parameters?: ErrorsParameters, options?: CallOptions): Promise<ErrorsAnswer>;
  /** What explains best what is wrong in the window. */
  rootCauses(parameters?: ReferenceParameters, options?: CallOptions): Promise<RootCauseAnswer>;
  /** Since when operations are slower or failing, and what appeared then. */
  changes(parameters?: ChangesParameters, options?: CallOptions): Promise<ChangesAnswer>;
  /** What the traces of query `b` have that those of query `a` have not; both are TraceQL. */
  compareSets(
    a: string,
    b: string,
    parameters?: CompareSetsParameters,
    options?: CallOptions,
  ): Promise<SetComparisonAnswer>;
  /** Which callee owns the latency. Rejects with `service_not_found`. */
  criticalPathProfile(
    service: string,
    parameters?: CriticalPathParameters,
    options?: CallOptions,
  ): Promise<CriticalPathProfileAnswer>;
  /** The dependencies with their transports, and peers that have no spans. */
  serviceGraph(window?: WindowParameters, options?: CallOptions): Promise<ServiceGraphAnswer>;
  clockSkew(parameters?: SkewParameters, options?: CallOptions): Promise<ClockSkewAnswer>;
  services(window?: WindowParameters, options?: CallOptions): Promise<readonly string[]>;
  operations(service: string, window?: WindowParameters, options?: CallOptions): Promise<readonly string[]>;
  dependencies(window?: WindowParameters, options?: CallOptions): Promise<DependenciesAnswer>;
  attributes(parameters?: AttributeParameters, options?: CallOptions): Promise<AttributesAnswer>;
  attributeValues(
    name: string,
    parameters?: AttributeValueParameters,
    options?: CallOptions,
  ): Promise<AttributeValuesAnswer>;
  /** The spans that match by start and duration; without any condition the roots. */
  heatMap(parameters?: HeatMapParameters, options?: CallOptions): Promise<HeatMapAnswer>;
  /** Requests, errors and durations of all services or operations. */
  red(parameters?: RedParameters, options?: CallOptions): Promise<RedAnswer>;
  /** What values the spans that match have. */
  facets(parameters?: FacetParameters, options?: CallOptions): Promise<FacetsAnswer>;
  /** The spans of other traces that link to spans of this one. Rejects with `invalid_trace_id`. */
  backLinks(traceId: string, parameters?: BackLinkParameters, options?: CallOptions): Promise<BackLinksAnswer>;
  /** Which versions of a service ran. Rejects with `service_not_found`. */
  deployments(service: string, window?: WindowParameters, options?: CallOptions): Promise<DeploymentsAnswer>;
  /**
   * Calls `onTrace` with each trace that matches as it arrives, until the signal aborts (it rejects with its reason) or
   * the server ends it (it resolves). Rejects with the retryable `too_many_subscribers`.
   */
  tail(
    parameters: FilterParameters,
    onTrace: (trace: TraceSummaryAnswer) => void,
    options?: TailOptions,
  ): Promise<void>;
  status(options?: CallOptions): Promise<StatusAnswer>;
}

export function createQueryClient(options: QueryClientOptions = {}): QueryClient {
  const connection: Connection = {
    baseUrl: (options.baseUrl ?? '').replace(/\/+$/, ''),
    headers: {
      ...options.headers,
      ...(options.tenant === undefined ? {} : { 'X-Scope-OrgID': options.tenant }),
    },
    // Called as a function of the global object, as browsers insist.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
  };
  return {
    searchTraces: (parameters, call = {}) => getJson(connection, '/v1/traces', { ...parameters }, call),
    getTrace: (traceId, call = {}) => getJson(connection, tracePath(traceId), {}, call),
    getTraceColumns: (traceId, call = {}) => readColumns(connection, tracePath(traceId), call),
    openTraceColumns: (traceId, call = {}) => openColumns(connection, tracePath(traceId), call),
    exportTrace: async (traceId, format, call = {}) =>
      (await getBytes(connection, tracePath(traceId), { format }, call)).bytes,
    analyzeTrace: (traceId, parameters = {}, call = {}) =>
      getJson(connection, `/v1/analysis/traces/${encodeURIComponent(traceId)}`, { ...parameters }, call),
    compareTraces: (a, b, parameters = {}, call = {}) =>
      getJson(connection, '/v1/analysis/compare', { a, b, ...parameters }, call),
    servicePerformance: (service, parameters = {}, call = {}) =>
      getJson(connection, `/v1/analysis/services/${encodeURIComponent(service)}`, { ...parameters }, call),
    serviceHealth: (parameters = {}, call = {}) =>
      getJson(connection, '/v1/analysis/services', { ...parameters }, call),
    slowTraces: (parameters = {}, call = {}) => getJson(connection, '/v1/analysis/slow', { ...parameters }, call),
    errors: (parameters = {}, call = {}) => getJson(connection, '/v1/analysis/errors', { ...parameters }, call),
    rootCauses: (parameters = {}, call = {}) => getJson(connection, '/v1/analysis/root-cause', { ...parameters }, call),
    changes: (parameters = {}, call = {}) => getJson(connection, '/v1/analysis/changes', { ...parameters }, call),
    compareSets: (a, b, parameters = {}, call = {}) =>
      getJson(connection, '/v1/analysis/compare-sets', { a, b, ...parameters }, call),
    criticalPathProfile: (service, parameters = {}, call = {}) =>
      getJson(connection, '/v1/analysis/critical-path', { service, ...parameters }, call),
    serviceGraph: (window = {}, call = {}) => getJson(connection, '/v1/analysis/dependencies', { ...window }, call),
    clockSkew: (parameters = {}, call = {}) => getJson(connection, '/v1/analysis/skew', { ...parameters }, call),
    services: (window = {}, call = {}) => getJson(connection, '/v1/services', { ...window }, call),
    operations: (service, window = {}, call = {}) =>
      getJson(connection, `/v1/services/${encodeURIComponent(service)}/operations`, { ...window }, call),
    dependencies: (window = {}, call = {}) => getJson(connection, '/v1/dependencies', { ...window }, call),
    attributes: (parameters = {}, call = {}) => getJson(connection, '/v1/attributes', { ...parameters }, call),
    attributeValues: (name, parameters = {}, call = {}) =>
      getJson(connection, `/v1/attributes/${encodeURIComponent(name)}/values`, { ...parameters }, call),
    heatMap: (parameters = {}, call = {}) => getJson(connection, '/v1/heatmap', { ...parameters }, call),
    red: (parameters = {}, call = {}) => getJson(connection, '/v1/red', { ...parameters }, call),
    facets: (parameters = {}, call = {}) => getJson(connection, '/v1/facets', { ...parameters }, call),
    backLinks: (traceId, parameters = {}, call = {}) =>
      getJson(connection, `${tracePath(traceId)}/backlinks`, { ...parameters }, call),
    deployments: (service, window = {}, call = {}) =>
      getJson(connection, `/v1/services/${encodeURIComponent(service)}/deployments`, { ...window }, call),
    tail: (parameters, onTrace, call = {}) => followTail(connection, { ...parameters }, onTrace, call),
    status: (call = {}) => getJson(connection, '/v1/status', {}, call),
  };
}

function tracePath(traceId: string): string {
  return `/v1/traces/${encodeURIComponent(traceId)}`;
}
