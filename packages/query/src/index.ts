export type { Completeness, IncompletenessReason } from './completeness.ts';
export { queryRouterOptions } from './http/router-options.ts';
export { jaegerApi } from './jaeger/jaeger-api.ts';
export { DEFAULT_QUERY_LIMITS, type QueryLimits } from './limits.ts';
export { mcpApi, type McpApiOptions } from './mcp/mcp-api.ts';
export { nativeApi } from './native/native-api.ts';
export { openApi, type OpenApiOptions } from './openapi.ts';
export type { QueryApiOptions } from './query-context.ts';
export { readTrace, readTraces, type TraceAnswer } from './read-trace.ts';
export {
  findMatchingTraces,
  type MatchingTraces,
  type SearchAnswer,
  type SearchContext,
  type SearchRequest,
  searchTraces,
} from './search-traces.ts';
export type { ServerStatus } from './server-status.ts';
export { DEFAULT_TAIL_OPTIONS, TailHub, type TailHubOptions, type TailSubscription } from './tail/tail-hub.ts';
