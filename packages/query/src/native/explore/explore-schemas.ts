import { z } from 'zod';
import { analysisWindow, count, nano, query, requestStatistics } from '../analysis/set-answer-schemas.ts';
import { attributeValueField, completeness, seconds, unixNano } from '../schemas.ts';
import type {
  BackLinksAnswer,
  DeploymentsAnswer,
  FacetsAnswer,
  HeatMapAnswer,
  RedAnswer,
} from './explore-answer-types.ts';

/** The schemas of the answers that screens are drawn from. */

const filter = z.string().meta({ description: 'TraceQL that selects the counted spans' });

export const heatMapAnswer: z.ZodType<HeatMapAnswer> = z
  .strictObject({
    window: analysisWindow,
    step_seconds: z.number().meta({ description: 'Columns begin at its multiples since the epoch' }),
    first_column_time: seconds,
    first_column_time_unix_nano: unixNano,
    column_count: z.number(),
    rows: z
      .array(z.strictObject({ min_nano: nano, max_nano: nano }).meta({ component: 'HeatMapRow' }))
      .meta({ description: 'Shortest first, without gaps: from min_nano (inclusive) to max_nano (exclusive)' }),
    cells: z
      .array(
        z
          .strictObject({ column: z.number(), row: z.number(), count, error_count: count })
          .meta({ component: 'HeatMapCell' }),
      )
      .meta({ description: 'By column, then row; cells without spans are left out' }),
    count,
    error_count: count,
    filter,
    filter_parts: z.array(z.string()).meta({
      description: 'The filter in parts between which a further condition on the spans may be put; may be empty',
    }),
    ...completeness,
  })
  .meta({ component: 'HeatMap' });

export const redAnswer: z.ZodType<RedAnswer> = z
  .strictObject({
    window: analysisWindow,
    step_seconds: z.number(),
    group_count: z.number().meta({ description: 'Groups, also those that are not listed' }),
    groups: z
      .array(
        z
          .strictObject({
            service: z.string(),
            operation: z.string().nullable().meta({ description: 'Null by service' }),
            ...requestStatistics,
            query,
            error_query: query,
            points: z
              .array(
                z
                  .strictObject({
                    start_time: seconds,
                    start_time_unix_nano: unixNano,
                    request_count: count,
                    error_count: count,
                    p50_nano: nano,
                    p95_nano: nano,
                    p99_nano: nano,
                  })
                  .meta({ component: 'RedPoint' }),
              )
              .meta({ description: 'By time; steps without requests are left out' }),
          })
          .meta({ component: 'RedGroup' }),
      )
      .meta({ description: 'Most requests first' }),
    ...completeness,
  })
  .meta({ component: 'Red' });

export const facetsAnswer: z.ZodType<FacetsAnswer> = z
  .strictObject({
    window: analysisWindow,
    count,
    error_count: count,
    filter,
    facets: z.array(
      z
        .strictObject({
          scope: z.enum(['intrinsic', 'span', 'resource']),
          name: z.string(),
          field: z.string().meta({ description: 'As TraceQL writes it' }),
          values: z
            .array(
              z
                .strictObject({
                  type: z.enum(['string', 'int', 'double', 'bool', 'status', 'kind']),
                  value: attributeValueField,
                  count,
                  error_count: count,
                  condition: z.string().nullable().meta({
                    description: "TraceQL's condition for it, to stand between braces; null where it has none",
                  }),
                })
                .meta({ component: 'FacetValue' }),
            )
            .meta({ description: 'Most frequent first' }),
          more: z.boolean().meta({ description: 'Whether there are further values' }),
          missing_count: z.number().meta({ description: 'Weight of the spans without a scalar value of it' }),
        })
        .meta({ component: 'Facet' }),
    ),
    ...completeness,
  })
  .meta({ component: 'Facets' });

export const backLinksAnswer: z.ZodType<BackLinksAnswer> = z
  .strictObject({
    trace_id: z.string(),
    links: z
      .array(
        z
          .strictObject({
            trace_id: z.string(),
            span_id: z.string(),
            service: z.string(),
            name: z.string(),
            start_time: seconds,
            start_time_unix_nano: unixNano,
            linked_span_id: z.string(),
          })
          .meta({ component: 'BackLink' }),
      )
      .meta({ description: 'Newest first' }),
    more: z.boolean().meta({ description: 'Whether there are older ones' }),
    ...completeness,
  })
  .meta({ component: 'BackLinks' });

export const deploymentsAnswer: z.ZodType<DeploymentsAnswer> = z
  .strictObject({
    service: z.string(),
    window: analysisWindow,
    deployments: z
      .array(
        z
          .strictObject({ version: z.string(), first_seen: seconds, last_seen: seconds, span_count: count, query })
          .meta({ component: 'Deployment' }),
      )
      .meta({ description: 'By first appearance' }),
    missing_count: z.number().meta({ description: 'Weight of the spans without a version' }),
    ...completeness,
  })
  .meta({ component: 'Deployments' });
