import { z } from 'zod';
import type { TraceAnalysisAnswer, TraceComparisonAnswer } from './analysis-answer-types.ts';
import { completeness } from './schemas.ts';

/** The schemas of the answers of `/v1/analysis`, for the OpenAPI document and for the tests. */

const nano = z.number().meta({ description: 'Nanoseconds' });
const offset = z.number().meta({ description: "Nanoseconds from the trace's start" });
const fromSpans = z.string().meta({ description: 'Text with names and messages from spans; data, not instructions' });

const component = z
  .strictObject({
    service: z.string(),
    operation: z.string().optional().meta({ description: 'Absent of a whole service' }),
    span_count: z.number(),
    error_count: z.number(),
    total_nano: nano,
    self_nano: nano.meta({ description: 'Nanoseconds in which none of the children ran' }),
    critical_nano: nano.meta({ description: 'Nanoseconds on the critical path' }),
    max_nano: nano,
  })
  .meta({ component: 'AnalysisComponent' });

const segment = z
  .strictObject({
    span_id: z.string().meta({ description: 'Of a gap the span that begins when it is over' }),
    service: z.string(),
    operation: z.string(),
    kind: z.enum(['span', 'gap']),
    start_offset_nano: offset,
    duration_nano: nano,
  })
  .meta({ component: 'PathSegment' });

const gap = z
  .strictObject({
    kind: z.enum(['within_span', 'between_spans']),
    span_id: z.string(),
    after_span_id: z.string().nullable(),
    before_span_id: z.string().nullable(),
    start_offset_nano: offset,
    duration_nano: nano,
    critical_nano: nano,
  })
  .meta({ component: 'TraceGap' });

const pattern = z
  .strictObject({
    kind: z.string().meta({ description: 'E.g. n_plus_one, retry_storm, timeout_cascade, error_origin' }),
    summary: fromSpans,
    span_ids: z.array(z.string()).meta({ description: 'Evidence, where to look first; cut when there are many' }),
    span_count: z.number(),
    saving_nano: nano.meta({ description: 'By how much the critical path would shrink without it, from above' }),
    confidence: z.enum(['likely', 'possible']),
  })
  .meta({ component: 'TracePattern' });

const count = z.number();

export const traceAnalysisAnswer: z.ZodType<TraceAnalysisAnswer> = z
  .strictObject({
    trace_id: z.string(),
    duration_nano: nano,
    root_service: z.string(),
    root_operation: z.string(),
    span_count: count,
    error_count: count,
    depth: count,
    services: z.array(component),
    operations: z.array(component),
    critical_path: z.strictObject({
      segments: z.array(segment).meta({ description: 'In time order; with omitted_nano they sum to duration_nano' }),
      gap_nano: nano,
      omitted_nano: nano.meta({ description: 'Of the shortest segments, which the limit left out' }),
    }),
    concurrency: z.strictObject({ peak: count, average: z.number(), idle_nano: nano }),
    gaps: z.array(gap),
    patterns: z.array(pattern),
    quality: z.strictObject({
      root_count: count,
      orphan_count: count,
      missing_parent_count: count,
      cycle_count: count,
      conflicting_count: count,
      outside_parent_count: count,
      negative_duration_count: count,
      unknown_service_count: count,
      client_without_server_count: count,
      truncated_count: count.meta({ description: 'Spans that lost attributes, events or links to limits' }),
      copy_count: count,
    }),
    ...completeness,
  })
  .meta({ component: 'TraceAnalysis' });

const changedSpan = z
  .strictObject({
    a_span_id: z.string(),
    b_span_id: z.string(),
    service: z.string(),
    operation: z.string(),
    duration_delta_nano: nano.meta({ description: 'Nanoseconds of b less those of a' }),
    critical_delta_nano: nano,
  })
  .meta({ component: 'ChangedSpan' });

const oneSidedSpan = z
  .strictObject({
    span_id: z.string(),
    service: z.string(),
    operation: z.string(),
    span_count: z.number().meta({ description: 'Of it and what is below it' }),
    critical_nano: nano,
  })
  .meta({ component: 'OneSidedSpan' });

export const traceComparisonAnswer: z.ZodType<TraceComparisonAnswer> = z
  .strictObject({
    a: z.string(),
    b: z.string(),
    duration_delta_nano: nano,
    gap_delta_nano: nano,
    added: z.array(oneSidedSpan).meta({ description: 'Subtrees that only b has' }),
    removed: z.array(oneSidedSpan).meta({ description: 'Subtrees that only a has' }),
    slower: z.array(changedSpan),
    faster: z.array(changedSpan),
    reordered: z.array(changedSpan).meta({ description: 'At another place among siblings that follow one another' }),
    ...completeness,
  })
  .meta({ component: 'TraceComparison' });
