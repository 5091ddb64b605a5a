import { normalizeTraceId, parseDuration } from '@throughline/model';
import type { TimeWindow } from '@throughline/store';
import { z } from 'zod';
import { ParameterError } from '../http/parameter-error.ts';
import { duration, repeatable, whyNoDuration } from '../http/parameters.ts';

/** An int64 in text: an instant or a length of time in the unit that the parameter has. */
export function int64(description: string): z.ZodType<bigint, string> {
  return z
    .string()
    .regex(/^[+-]?\d{1,19}$/, 'must be a whole number')
    .transform((digits) => BigInt(digits))
    .meta({ description });
}

/** What Go's `strconv.ParseBool` takes. */
export const boolean: z.ZodType<boolean, string> = z
  .enum(['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'], {
    error: 'must be true or false',
  })
  .transform((text) => /^[1tT]/.test(text));

export const prettyPrint: z.ZodOptional<z.ZodString> = z
  .string()
  .optional()
  .meta({ description: 'Anything but false indents the answer' });

/** What `GET /api/traces` is asked for; durations in nanoseconds. */
export interface SearchParameters {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly start?: bigint | undefined;
  readonly end?: bigint | undefined;
  readonly lookback?: string | undefined;
  readonly minDuration?: bigint | undefined;
  readonly maxDuration?: bigint | undefined;
  readonly limit?: number | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly traceID?: readonly string[] | undefined;
  readonly raw?: boolean | undefined;
  readonly prettyPrint?: string | undefined;
}

/** Parameters of `GET /api/traces`. Those that Jaeger does not know are ignored, as it does. */
export const searchParameters: z.ZodType<SearchParameters> = z.object({
  service: z.string().optional().meta({ description: 'Required unless traceID is given' }),
  operation: z.string().optional(),
  start: int64('Microseconds since the epoch').optional(),
  end: int64('Microseconds since the epoch, included').optional(),
  lookback: z.string().optional().meta({
    description: 'How far back to look where start is absent, e.g. 1h or 2d; 2d by default',
  }),
  minDuration: duration.optional(),
  maxDuration: duration.optional(),
  limit: z
    .string()
    .regex(/^\+?\d{1,9}$/, 'must be a whole number, 0 or more')
    .transform(Number)
    .optional()
    .meta({ description: '100 by default' }),
  tag: repeatable('key:value', 'http.status_code:500'),
  tags: repeatable('A JSON object of keys and values', '{"http.status_code":"500"}'),
  traceID: repeatable('Get these traces instead of searching', '4bf92f3577b34da6a3ce929d0e0e4736'),
  raw: boolean.optional().meta({ description: 'Accepted; spans are always as they came' }),
  prettyPrint,
});

const DEFAULT_LOOKBACK_NANO = 2n * 86_400_000_000_000n;
const NANO_PER_MICRO = 1_000n;
const MAX_UNIX_NANO = 0xffff_ffff_ffff_ffffn;

/**
 * The window of a search. `end` is part of it, to the whole of its microsecond; without one there is no end, so that
 * what is stored can be found even where a clock is ahead. `lookback` counts back from the end or from now.
 */
export function searchWindow(given: SearchParameters, nowUnixNano: () => bigint): TimeWindow {
  const { start, end } = given;
  const fromUnixNano =
    start === undefined
      ? (end === undefined ? nowUnixNano() : end * NANO_PER_MICRO) - lookbackNano(given.lookback)
      : start * NANO_PER_MICRO;
  const toUnixNano = end === undefined ? MAX_UNIX_NANO : (end + 1n) * NANO_PER_MICRO;
  return { fromUnixNano: clamp(fromUnixNano), toUnixNano: clamp(toUnixNano) };
}

function lookbackNano(lookback: string | undefined): bigint {
  // Jaeger's UI sends "custom" together with start.
  if (lookback === undefined || lookback === 'custom') return DEFAULT_LOOKBACK_NANO;
  const nano = parseDuration(lookback);
  if (nano === undefined) {
    throw new ParameterError('invalid_parameter', 'lookback', `Parameter "lookback": ${whyNoDuration(lookback)}`);
  }
  return nano;
}

export function clamp(unixNano: bigint): bigint {
  if (unixNano < 0n) return 0n;
  return unixNano > MAX_UNIX_NANO ? MAX_UNIX_NANO : unixNano;
}

/** A trace id as Jaeger's API takes it: 1 to 32 hex digits, or base64 of 8 or 16 bytes. */
export function jaegerTraceId(text: string): string | undefined {
  const id = normalizeTraceId(text);
  if (id !== undefined || !/^[A-Za-z0-9+/_-]{11,22}={0,2}$/.test(text)) return id;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 8 || bytes.length === 16 ? normalizeTraceId(bytes.toString('hex')) : undefined;
}

/** @throws ParameterError */
export function jaegerTags(given: SearchParameters): readonly (readonly [key: string, value: string])[] {
  const tags: (readonly [string, string])[] = [];
  for (const tag of given.tag ?? []) {
    const colon = tag.indexOf(':');
    if (colon <= 0) throw malformed('tag', `expecting key:value, received: ${tag}`);
    tags.push([tag.slice(0, colon), tag.slice(colon + 1)]);
  }
  for (const text of given.tags ?? []) {
    for (const [key, value] of Object.entries(parseTags(text))) tags.push([key, String(value)]);
  }
  return tags;
}

const tagsObject = z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]));

function parseTags(text: string): z.output<typeof tagsObject> {
  try {
    return tagsObject.parse(JSON.parse(text));
  } catch {
    throw malformed('tags', 'expecting a JSON object of texts');
  }
}

function malformed(parameter: string, what: string): ParameterError {
  return new ParameterError('invalid_parameter', parameter, `malformed '${parameter}' parameter, ${what}`);
}
