import { bothQueries, type Query, spanFilter } from '@throughline/traceql';
import { z } from 'zod';
import { ParameterError } from '../http/parameter-error.ts';
import { duration, repeatable } from '../http/parameters.ts';
import { queryFromText } from '../query-text.ts';

/** The parameters by which native routes take what spans or traces have to be like. */
export const filterParameters: {
  readonly q: z.ZodOptional<z.ZodString>;
  readonly service: z.ZodOptional<z.ZodString>;
  readonly operation: z.ZodOptional<z.ZodString>;
  readonly tags: ReturnType<typeof repeatable>;
  readonly min_duration: z.ZodOptional<z.ZodType<bigint, string>>;
  readonly max_duration: z.ZodOptional<z.ZodType<bigint, string>>;
} = {
  q: z
    .string()
    .optional()
    .meta({ description: 'TraceQL', examples: ['{ status = error && duration > 100ms }'] }),
  service: z.string().optional().meta({ description: 'The name of the service of a span' }),
  operation: z.string().optional().meta({ description: 'The name of the same span' }),
  tags: repeatable(
    'key=value: an attribute of the same span or its resource; repeat it for several',
    'http.status_code=500',
  ),
  min_duration: duration.optional(),
  max_duration: duration.optional(),
};

export interface FilterParameters {
  readonly q?: string | undefined;
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Nanoseconds, of the trace. */
  readonly min_duration?: bigint | undefined;
  readonly max_duration?: bigint | undefined;
}

/**
 * All parameters as one query. With a `q` of one `{ ... }` they narrow the spans that it selects; of a larger one the
 * trace has to satisfy both.
 */
export function filterQueryOf(given: FilterParameters): Query {
  if (given.min_duration !== undefined && given.max_duration !== undefined && given.min_duration > given.max_duration) {
    throw new ParameterError('invalid_parameter', 'max_duration', '"max_duration" must not be below "min_duration"');
  }
  const { q, service, operation, tags, min_duration: minDuration, max_duration: maxDuration } = given;
  const form = spanFilter({
    service,
    operation,
    tags: tags?.map(parseTag),
    minTraceDurationNano: minDuration,
    maxTraceDurationNano: maxDuration,
  });
  if (q === undefined) return form;
  const query = queryFromText(q);
  const hasForm = [service, operation, tags, minDuration, maxDuration].some((part) => part !== undefined);
  return hasForm ? bothQueries(query, form) : query;
}

function parseTag(tag: string): readonly [key: string, value: string] {
  const equals = tag.indexOf('=');
  if (equals <= 0) {
    throw new ParameterError('invalid_parameter', 'tags', `Parameter "tags": ${JSON.stringify(tag)} is not key=value`);
  }
  return [tag.slice(0, equals), tag.slice(equals + 1)];
}
