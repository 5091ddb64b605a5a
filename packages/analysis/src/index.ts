export { analyzeTrace, type TraceAnalysis } from './trace/analyze-trace.ts';
export { type TraceCompleteness, traceCompleteness } from './trace/completeness.ts';
export { type Concurrency, concurrency } from './trace/concurrency.ts';
export { criticalPath, type CriticalPath, criticalPathOf, type PathSegment } from './trace/critical-path.ts';
export { type Gap, type GapOptions, gaps } from './trace/gaps.ts';
export { type ErrorOrigin, errorOrigins } from './trace/patterns/error-origin.ts';
export { findPatterns } from './trace/patterns/find-patterns.ts';
export {
  DEFAULT_PATTERN_OPTIONS,
  type Pattern,
  type PatternKind,
  type PatternOptions,
} from './trace/patterns/pattern.ts';
export { type OwnStretch, forEachOwnStretch, selfTimes } from './trace/self-time.ts';
export { type ComponentSummary, type TraceSummary, traceSummary } from './trace/summary.ts';
export { type TraceFacts, traceFacts, type TraceTimes } from './trace/trace-facts.ts';
export type { Anomaly, AnomalyKind } from './root-cause/anomalies.ts';
export {
  byDurationRatio,
  bySelfTimeIncrease,
  bySlowTracePresence,
  type RootCauseBaseline,
} from './root-cause/baselines.ts';
export {
  rankRootCauses,
  rankRootCausesInSteps,
  type RootCause,
  type RootCauseEvidence,
  type RootCauseRanking,
} from './root-cause/rank-root-causes.ts';
export {
  rankWithinWindow,
  rankWithinWindowInSteps,
  type SuspectedTime,
  type WindowAnalysis,
} from './root-cause/split-window.ts';
export { finish, type Steps } from './steps.ts';
export { shareBounds } from './statistics/proportion.ts';
export {
  type ChangedSpan,
  compareTraces,
  type OneSidedSpan,
  type TraceDiff,
  type TraceDiffOptions,
} from './compare/trace-diff.ts';
export { mergedTree, type MergedTree } from './compare/merged-tree.ts';
export {
  compareSets,
  compareSetsInSteps,
  type ComponentChange,
  type FeatureLift,
  featureLifts,
  featureLiftsInSteps,
  type SetComparison,
  type SetComparisonOptions,
} from './compare/compare-sets.ts';
export type { TraceFeature } from './compare/trace-features.ts';
export {
  clockHost,
  clockShiftNano,
  type ClockSkew,
  correctClocks,
  estimateClockSkew,
  estimateClockSkewInSteps,
  hostAttribute,
  type HostClock,
} from './skew/clock-skew.ts';
export type { PairOffset } from './skew/fit-offset.ts';
export { dependencyEdges, dependencyEdgesInSteps, type DependencyEdge } from './statistics/dependency-edges.ts';
export { DurationSketch, type DurationSketchJson } from './statistics/duration-sketch.ts';
export { type ErrorFingerprint, errorFingerprint } from './statistics/error-fingerprint.ts';
export { type ErrorGroup, ErrorGroups } from './statistics/error-groups.ts';
export { type HealthFacts, healthScore, type HealthScore } from './statistics/health-score.ts';
export { type Peer, peerOf, type Transport, transportOf } from './statistics/peer.ts';
export { quantile } from './statistics/quantile.ts';
export {
  type RequestStatistics,
  type ServiceStatistics,
  serviceStatistics,
  type ServiceStatisticsOptions,
} from './statistics/service-statistics.ts';
export type { CauseAttribute } from './root-cause/cause-attributes.ts';
export {
  MIN_CHANGE_COUNT,
  MIN_CHANGE_POINTS,
  type OperationChange,
  type OperationChangeKind,
  type OperationChangeOptions,
  operationChanges,
  type OperationPoint,
} from './changes/operation-changes.ts';
export {
  criticalPathProfile,
  criticalPathProfileInSteps,
  type CriticalPathProfile,
  type ProfileComponent,
} from './profile/critical-path-profile.ts';
