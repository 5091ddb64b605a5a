import { z } from 'zod';
import type {
  AttributesAnswer,
  AttributeValuesAnswer,
  DependenciesAnswer,
  DependencyEdgeAnswer,
  ErrorAnswer,
  Reason,
  SearchAnswer,
  StatusAnswer,
  TraceAnswer,
  TraceMetadataAnswer,
  TraceSummaryAnswer,
} from './answer-types.ts';

/** The schemas of the native API's answers, for the OpenAPI document and for the tests. */

export const seconds: z.ZodNumber = z.number().meta({ description: 'Seconds, or seconds since the epoch, as a float' });
export const unixNano: z.ZodString = z
  .string()
  .regex(/^\d+$/)
  .meta({ description: 'The same instant exactly: nanoseconds since the epoch, in decimal' });

export const times: {
  readonly start_time: z.ZodNumber;
  readonly end_time: z.ZodNumber;
  readonly start_time_unix_nano: z.ZodString;
  readonly end_time_unix_nano: z.ZodString;
} = {
  start_time: seconds,
  end_time: seconds,
  start_time_unix_nano: unixNano,
  end_time_unix_nano: unixNano,
};

const reason: z.ZodType<Reason> = z
  .strictObject({
    code: z.string().meta({ description: 'Stable, e.g. query_timeout, missing_parents' }),
    message: z.string(),
  })
  .meta({ component: 'Reason' });

export const completeness: {
  readonly complete: z.ZodBoolean;
  readonly reasons: z.ZodArray<z.ZodType<Reason>>;
} = {
  complete: z.boolean().meta({ description: 'Whether this is all there is; if not, reasons says why' }),
  reasons: z.array(reason),
};

export const errorAnswer: z.ZodType<ErrorAnswer> = z
  .strictObject({
    error: z.strictObject({
      code: z.string().meta({ description: 'Stable, lower snake case' }),
      message: z.string(),
      parameter: z.string().optional().meta({ description: 'The parameter that is wrong' }),
      suggestion: z.string().optional().meta({ description: 'What was probably meant' }),
      reason: z.string().optional().meta({ description: 'What is wrong with q, e.g. syntax, unknown_name' }),
      position: z
        .strictObject({ offset: z.number(), line: z.number(), column: z.number() })
        .optional()
        .meta({ description: 'Where in q; the offset counts UTF-16 units from 0, line and column from 1' }),
    }),
  })
  .meta({ component: 'Error', description: 'What went wrong' });

const summary = {
  trace_id: z.string(),
  root_service: z.string(),
  root_operation: z.string(),
  services: z.array(z.string()),
  operations: z.array(z.string()),
  ...times,
  duration: seconds,
  span_count: z.number(),
  error_count: z.number(),
};

export const traceSummary: z.ZodType<TraceSummaryAnswer> = z.strictObject(summary).meta({ component: 'TraceSummary' });

const foundTrace = z
  .strictObject({
    ...summary,
    attributes: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'What select names, of the first span that has it; absent of traces with very many spans' }),
  })
  .meta({ component: 'FoundTrace' });

export const searchAnswer: z.ZodType<SearchAnswer> = z
  .strictObject({
    traces: z.array(foundTrace),
    ...completeness,
    cursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it with the same parameters for the next page; null at the end' }),
  })
  .meta({ component: 'SearchAnswer' });

const traceIssue = z
  .strictObject({
    code: z.string(),
    count: z.number(),
    span_ids: z.array(z.string()).meta({ description: 'Of the first spans that have it' }),
  })
  .meta({ component: 'TraceIssue' });

const traceMetadata: z.ZodType<TraceMetadataAnswer> = z
  .strictObject({
    ...times,
    duration: seconds,
    root_service: z.string(),
    root_operation: z.string(),
    services: z.array(z.strictObject({ name: z.string(), span_count: z.number(), error_count: z.number() })),
    span_count: z.number(),
    error_count: z.number(),
    copy_count: z.number().meta({ description: 'Exact copies of spans, which count once' }),
    issues: z.array(traceIssue),
  })
  .meta({ component: 'TraceMetadata' });

export const traceAnswer: z.ZodType<Omit<TraceAnswer, 'spans'>> = z
  .strictObject({
    trace_id: z.string(),
    spans: z
      .array(z.looseObject({ trace_id: z.string(), span_id: z.string() }))
      .meta({ description: 'Depth-first, as the simple span list that POST /v1/traces takes' }),
    metadata: traceMetadata,
    ...completeness,
  })
  .meta({ component: 'Trace' });

export const namesAnswer: z.ZodType<readonly string[]> = z.array(z.string());

export const dependencyEdgeFields: {
  readonly [Name in keyof DependencyEdgeAnswer]: DependencyEdgeAnswer[Name] extends string ? z.ZodString : z.ZodNumber;
} = {
  parent: z.string(),
  child: z.string(),
  call_count: z.number(),
  error_count: z.number(),
  error_rate: z.number().meta({ description: 'error_count / call_count' }),
  duration_avg_ms: z.number(),
  duration_p50_ms: z.number(),
  duration_p95_ms: z.number(),
  duration_p99_ms: z.number(),
};

const dependencyEdge = z.strictObject(dependencyEdgeFields).meta({ component: 'DependencyEdge' });

export const dependenciesAnswer: z.ZodType<DependenciesAnswer> = z
  .strictObject({ edges: z.array(dependencyEdge), ...completeness })
  .meta({ component: 'Dependencies' });

const attribute = z
  .strictObject({
    name: z.string(),
    scope: z.enum(['span', 'resource']),
    types: z
      .array(z.enum(['string', 'int', 'double', 'bool', 'bytes', 'array', 'map']))
      .meta({ description: 'All that its values have' }),
  })
  .meta({ component: 'Attribute' });

export const attributesAnswer: z.ZodType<AttributesAnswer> = z
  .strictObject({ attributes: z.array(attribute), ...completeness })
  .meta({ component: 'Attributes' });

export const attributeValueField: z.ZodUnion<readonly [z.ZodString, z.ZodNumber, z.ZodBoolean]> = z
  .union([z.string(), z.number(), z.boolean()])
  .meta({ description: 'An int beyond 2^53 - 1 is decimal text; of doubles NaN, Infinity, -Infinity and -0 are text' });

const attributeValue = z
  .strictObject({
    type: z.enum(['string', 'int', 'double', 'bool']),
    value: attributeValueField,
    count: z.number().meta({ description: 'The sum of the weights of the spans that have it' }),
  })
  .meta({ component: 'AttributeValue' });

export const attributeValuesAnswer: z.ZodType<AttributeValuesAnswer> = z
  .strictObject({ values: z.array(attributeValue), ...completeness })
  .meta({ component: 'AttributeValues' });

const reasonCounts = z.array(
  z.strictObject({ reason: z.string(), count: z.number() }).meta({ component: 'ReasonCount' }),
);

export const statusAnswer: z.ZodType<StatusAnswer> = z
  .strictObject({
    version: z.string(),
    tenant: z.string(),
    ready: z.boolean(),
    reason: z.string().optional().meta({ description: 'Why it is not ready' }),
    storage: z.strictObject({
      engine: z.string(),
      span_rows: z.number().meta({ description: "The tenant's rows; copies that are not merged yet count" }),
      disk_bytes: z.number(),
      memory_bytes: z.number(),
    }),
    data_window: z
      .strictObject(times)
      .nullable()
      .meta({ description: "From the earliest to behind the latest start of the tenant's spans; null without data" }),
    counters: z.record(z.string(), z.number()),
    limits: z.record(z.string(), z.number()),
    started_time: seconds.nullable(),
    uptime_seconds: z.number().nullable(),
    ingestion: z
      .strictObject({
        spans_per_second: z.number().meta({ description: 'Over the last minute' }),
        spans_received: z.number(),
        spans_stored: z.number().meta({ description: 'Acknowledged' }),
        rejected: reasonCounts.meta({ description: 'Left out of requests whose other spans were stored' }),
        refused: reasonCounts.meta({ description: 'Of requests that were refused whole' }),
        dropped: reasonCounts.meta({ description: 'Stored once and given up by the store' }),
      })
      .nullable()
      .meta({ description: 'Of all tenants, since the server started' }),
    versions: z.record(z.string(), z.string()),
    listeners: z.record(z.string(), z.string()),
    configuration: z
      .array(
        z
          .strictObject({
            name: z.string(),
            value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
          })
          .meta({ component: 'Setting' }),
      )
      .meta({ description: 'The settings in effect, without secrets' }),
  })
  .meta({ component: 'Status' });
