export type { AttributeValue, Attributes, SpanEvent, SpanLink, TraceColumns } from '@throughline/model';
export { CodedError, SpanIssue, SpanKind, StatusCode } from '@throughline/model';
export { decodeResource, decodeScope, decodeSpanDetails, decodeTraceColumns } from '@throughline/wire';
export type {
  ChangedSpanAnswer,
  ComponentAnswer,
  GapAnswer,
  OneSidedSpanAnswer,
  PathSegmentAnswer,
  PatternAnswer,
  TraceAnalysisAnswer,
  TraceComparisonAnswer,
} from '../native/analysis-answer-types.ts';
export type {
  AnalysisWindowAnswer,
  DurationsAnswer,
  ErrorGroupAnswer,
  ErrorSampleAnswer,
  ErrorsAnswer,
  HealthAnswer,
  OperationPerformanceAnswer,
  PerformanceAnswer,
  PerformancePointAnswer,
  RequestStatisticsAnswer,
  SlowTracesAnswer,
} from '../native/analysis/set-answer-types.ts';
export type {
  AttributeAnswer,
  AttributesAnswer,
  AttributeValueAnswer,
  AttributeValuesAnswer,
  CompletenessAnswer,
  DependenciesAnswer,
  DependencyEdgeAnswer,
  Reason,
  SearchAnswer,
  ServiceCountsAnswer,
  StatusAnswer,
  TimesAnswer,
  TraceAnswer,
  TraceIssueAnswer,
  TraceMetadataAnswer,
  TraceSummaryAnswer,
} from '../native/answer-types.ts';
export { QueryClientError, type QueryErrorDetails } from './client-error.ts';
export type { CallOptions, Fetch, FetchInit, FetchResponse } from './http.ts';
export {
  type AnalysisParameters,
  type AttributeParameters,
  type AttributeValueParameters,
  createQueryClient,
  type ErrorsParameters,
  type ExportFormat,
  type PerformanceParameters,
  type QueryClient,
  type QueryClientOptions,
  type SearchParameters,
  type SlowTracesParameters,
  type TraceColumnsAnswer,
  type WindowParameters,
} from './query-client.ts';
