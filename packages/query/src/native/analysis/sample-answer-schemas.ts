import { z } from 'zod';
import { completeness, dependencyEdgeFields, seconds, times } from '../schemas.ts';
import type {
  ChangesAnswer,
  ClockSkewAnswer,
  CriticalPathProfileAnswer,
  FeatureLiftAnswer,
  RootCauseAnswer,
  ServiceGraphAnswer,
  SetComparisonAnswer,
} from './sample-answer-types.ts';
import { analysisWindow, count, errorGroup, fromSpans, nano, query } from './set-answer-schemas.ts';

/** The schemas of the answers of analyses that read a sample of the traces. */

const sampleFields = {
  trace_count: z.number().meta({ description: 'Traces that there are, unweighted' }),
  read_trace_count: z.number(),
  read_span_count: z.number(),
};
const sample = z.strictObject(sampleFields).meta({ component: 'TraceSample' });

const spanReference = { trace_id: z.string(), span_id: z.string() };
const share = z.number().meta({ description: '0 to 1' });

const cause = z
  .strictObject({
    name: z.string(),
    score: share.meta({ description: '0 to 1; comparable within one answer' }),
    evidence: z.array(
      z
        .strictObject({
          kind: z.enum(['slower', 'failing', 'work_missing', 'work_repeated', 'callee_missing']),
          service: z.string(),
          operation: fromSpans,
          callee: z.string().nullable(),
          weight: share,
          affected_count: z.number(),
          observation_count: z.number(),
          usual_nano: nano.meta({ description: 'Of slower: self time that was usual at most' }),
          excess_nano: nano.meta({ description: 'By how much the affected exceed it on average' }),
          samples: z.array(z.strictObject(spanReference)),
          query,
        })
        .meta({ component: 'CauseEvidence' }),
    ),
  })
  .meta({ component: 'Cause' });

const featureIdentity = {
  kind: z.enum(['attribute', 'operation', 'edge', 'error']),
  service: z.string(),
  scope: z.enum(['span', 'resource']).optional(),
  key: z.string().optional(),
  value: fromSpans.optional(),
  operation: fromSpans.optional(),
  callee: z.string().optional(),
};
const featureFields = {
  ...featureIdentity,
  before_count: z.number(),
  after_count: z.number(),
  before_share: share,
  after_share: share,
  lift: z.number().meta({ description: 'after_share - before_share' }),
  effect_size: z.number().meta({ description: "Cohen's h" }),
  adjusted_p_value: z.number(),
  equals: z
    .array(z.strictObject(featureIdentity))
    .meta({ description: 'Others that are in exactly the same traces, 20 at most' }),
  equal_count: z.number(),
  query,
};
const feature: z.ZodType<FeatureLiftAnswer> = z.strictObject(featureFields).meta({ component: 'FeatureLift' });

export const rootCauseAnswer: z.ZodType<RootCauseAnswer> = z
  .strictObject({
    window: analysisWindow,
    sample,
    reference: z.strictObject({ ...times, ...sampleFields }).nullable(),
    split: z
      .strictObject({ time: seconds, until_time: seconds.nullable(), reference: z.enum(['before', 'after']) })
      .nullable()
      .meta({ description: 'Where a window without a reference was divided' }),
    services: z.array(cause).meta({ description: 'The most probable first' }),
    operations: z.array(cause),
    instances: z.array(cause).meta({ description: 'Pods, service instances, containers or hosts' }),
    attributes: z.array(
      z.strictObject({ ...featureFields, sample_trace_ids: z.array(z.string()) }).meta({ component: 'CauseAttribute' }),
    ),
    ...completeness,
  })
  .meta({ component: 'RootCauses' });

export const changesAnswer: z.ZodType<ChangesAnswer> = z
  .strictObject({
    window: analysisWindow,
    reference: z.strictObject(times),
    operations: z
      .array(
        z
          .strictObject({
            kind: z.enum(['slower', 'faster', 'failing', 'recovered']),
            service: z.string(),
            operation: z.string(),
            since_time: seconds,
            until_time: seconds.nullable().meta({ description: 'Null where it lasts' }),
            before: z.number().meta({ description: 'p95 in nanoseconds, or the error rate' }),
            after: z.number(),
            before_count: count,
            after_count: count,
            significance: z.number().meta({ description: 'How far apart the levels are, in standard errors' }),
            query,
          })
          .meta({ component: 'OperationChange' }),
      )
      .meta({ description: 'Most significant first' }),
    split: z.strictObject({
      time: seconds,
      chosen: z.enum(['operation_change', 'window_start', 'middle_of_data']),
      before: sample,
      after: sample,
    }),
    features: z.array(feature).meta({ description: 'From before to after the split, largest effects first' }),
    new_services: z.array(z.string()),
    new_edges: z.array(
      z
        .strictObject({ parent: z.string(), child: z.string(), call_count: count, query })
        .meta({ component: 'NewEdge' }),
    ),
    new_errors: z.array(errorGroup),
    ...completeness,
  })
  .meta({ component: 'Changes' });

const set = z.strictObject({ ...times, ...sampleFields, query });

export const setComparisonAnswer: z.ZodType<SetComparisonAnswer> = z
  .strictObject({
    a: set,
    b: set,
    delta_mean_duration_nano: nano.meta({ description: 'Of b less a' }),
    attributes: z.array(feature).meta({ description: 'before is a, after is b; largest effects first' }),
    structure: z.array(feature).meta({ description: 'Operations, edges and errors' }),
    components: z.array(
      z
        .strictObject({
          service: z.string(),
          operation: z.string(),
          a_count: z.number(),
          b_count: z.number(),
          a_mean_nano: nano,
          b_mean_nano: nano,
          delta_mean_nano: nano,
          effect_size: z.number().meta({ description: "Cliff's delta" }),
          adjusted_p_value: z.number(),
          query,
        })
        .meta({ component: 'ComponentChange', description: 'Time on the critical path a trace' }),
    ),
    tested_feature_count: z.number(),
    high_cardinality_keys: z.array(z.string()).meta({ description: 'Attributes with too many values to compare' }),
    ...completeness,
  })
  .meta({ component: 'SetComparison' });

const pathTimes = { mean_nano: nano, p50_nano: nano, p99_nano: nano };
const pathTimesObject = z.strictObject(pathTimes).meta({
  component: 'PathTimes',
  description: 'Of all requests, of those around the median, and of the slowest percent',
});

export const criticalPathProfileAnswer: z.ZodType<CriticalPathProfileAnswer> = z
  .strictObject({
    service: z.string(),
    operation: z.string().nullable(),
    window: analysisWindow,
    sample,
    query,
    request_count: z.number(),
    p50_request_count: z.number().meta({ description: 'From the 40th to the 60th percentile' }),
    p99_request_count: z.number().meta({ description: 'From the 99th percentile on, at least five' }),
    duration: pathTimesObject,
    components: z.array(
      z
        .strictObject({ service: z.string(), operation: z.string(), request_count: z.number(), ...pathTimes, query })
        .meta({ component: 'PathComponent' }),
    ),
    gap: pathTimesObject,
    slowest: z.array(z.strictObject({ ...spanReference, duration_nano: nano })),
    ...completeness,
  })
  .meta({ component: 'CriticalPathProfile' });

export const clockSkewAnswer: z.ZodType<ClockSkewAnswer> = z
  .strictObject({
    window: analysisWindow,
    sample,
    time: seconds.meta({ description: 'When the offsets hold' }),
    hosts: z.array(
      z
        .strictObject({
          host: z.string(),
          reference: z.string(),
          offset_nano: nano.meta({ description: "What to add to the host's instants to get the reference's" }),
          error_nano: nano,
          drift_nano_per_second: z.number(),
          query: z.string().meta({ description: "TraceQL of the host's spans" }),
        })
        .meta({ component: 'HostClock' }),
    ),
    pairs: z.array(
      z
        .strictObject({
          first: z.string(),
          second: z.string(),
          call_count: z.number(),
          offset_nano: nano,
          error_nano: nano,
          drift_nano_per_second: z.number(),
          violated_share: share,
        })
        .meta({ component: 'ClockPair' }),
    ),
    ...completeness,
  })
  .meta({ component: 'ClockSkew' });

const callDetails = {
  transports: z.array(z.enum(['http', 'rpc', 'database', 'messaging', 'unknown'])),
  operations: z.array(fromSpans).meta({ description: 'Of the sample, the most frequent first, at most ten' }),
};

export const serviceGraphAnswer: z.ZodType<ServiceGraphAnswer> = z
  .strictObject({
    window: analysisWindow,
    sample,
    edges: z
      .array(
        z
          .strictObject({ ...dependencyEdgeFields, ...callDetails, query })
          .meta({ component: 'DetailedDependencyEdge' }),
      )
      .meta({ description: 'From all spans, but for transports and operations' }),
    peers: z
      .array(
        z
          .strictObject({
            parent: z.string(),
            peer: z.string(),
            kind: z.enum(['service', 'database', 'queue', 'external']),
            sampled_call_count: count,
            error_rate: share,
            duration_avg_ms: z.number(),
            duration_p50_ms: z.number(),
            duration_p95_ms: z.number(),
            duration_p99_ms: z.number(),
            ...callDetails,
            query,
          })
          .meta({ component: 'PeerEdge' }),
      )
      .meta({ description: 'Callees without spans of their own, as the caller saw them; of the sample' }),
    ...completeness,
  })
  .meta({ component: 'ServiceGraph' });
