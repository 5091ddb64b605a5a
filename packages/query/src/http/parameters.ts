import { isTooLongDuration, LONGEST_DURATION, parseDuration, parseInstant } from '@throughline/model';
import type { TimeWindow } from '@throughline/store';
import { z } from 'zod';
import { ParameterError } from './parameter-error.ts';
import { parseDecimalSeconds } from './parse-decimal-seconds.ts';

/** Query parameters as zod types: text in, a value of the model out. */

/** Nanoseconds since the epoch. */
const instant: z.ZodType<bigint, string> = z
  .string()
  .transform(
    (text, context) =>
      parseDecimalSeconds(text) ??
      parseInstant(text) ??
      refuse(
        context,
        `${quote(text)} is no instant; write seconds since the epoch (1695943858.15) or ISO 8601 (2023-09-28T23:30:58Z)`,
      ),
  )
  .meta({ description: 'Seconds since the epoch (decimals allowed) or ISO 8601', examples: ['1695943858.153991'] });

/** Nanoseconds. */
export const duration: z.ZodType<bigint, string> = z
  .string()
  .transform((text, context) => parseDuration(text) ?? refuse(context, whyNoDuration(text)))
  .meta({ description: 'A duration with its unit: ns, us, ms, s, m, h, d, w', examples: ['1.5s', '20ms'] });

/** A whole number between `min` and `max`, both included. */
export function integer(min: number, max: number): z.ZodType<number, string> {
  return z
    .string()
    .transform((text, context) => {
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (value >= min && value <= max) return value;
      return refuse(context, `${quote(text)} is no whole number from ${min} to ${max}`);
    })
    .meta({ description: `A whole number from ${min} to ${max}` });
}

/** A parameter that may be given several times. */
export function repeatable(description: string, example: string): z.ZodOptional<z.ZodArray<z.ZodString>> {
  return z
    .array(z.string())
    .optional()
    .meta({ repeatable: true, description, examples: [[example]] });
}

/** What is wrong with text that `parseDuration` does not take. */
export function whyNoDuration(text: string): string {
  return isTooLongDuration(text)
    ? `${quote(text)} is too long, the longest duration is ${LONGEST_DURATION}`
    : `${quote(text)} is no duration; write it like 1.5s, 20ms, 500us or 1h30m`;
}

function refuse(context: z.core.$RefinementCtx<string>, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

const MAX_QUOTED_LENGTH = 80;

function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}...` : text);
}

export interface WindowParameters {
  readonly start_time?: bigint | undefined;
  readonly end_time?: bigint | undefined;
  /** Nanoseconds. */
  readonly since?: bigint | undefined;
}

/** The three parameters by which every native route takes a window of time. */
export const windowParameters: {
  readonly [Name in keyof WindowParameters]-?: z.ZodOptional<z.ZodType<bigint, string>>;
} = {
  start_time: instant.optional(),
  end_time: instant.optional(),
  since: duration.optional(),
};

/** OTLP's instants are unsigned 64 bit. A window without an end has this one. */
const END_OF_TIME_UNIX_NANO = 0xffff_ffff_ffff_ffffn;

/**
 * The window that `start_time` (inclusive), `end_time` (exclusive) and `since` (back from the end, or from now) name;
 * undefined without any of them.
 *
 * @throws ParameterError when they contradict each other.
 */
export function windowFrom(parameters: WindowParameters, nowUnixNano: () => bigint): TimeWindow | undefined {
  const { start_time: start, end_time: end, since } = parameters;
  if (start === undefined && end === undefined && since === undefined) return undefined;
  if (since !== undefined && start !== undefined) {
    throw new ParameterError('invalid_parameter', 'since', 'Give either "since" or "start_time", not both');
  }
  const toUnixNano = end ?? END_OF_TIME_UNIX_NANO;
  const sinceStart = since === undefined ? 0n : (end ?? nowUnixNano()) - since;
  const fromUnixNano = start ?? (sinceStart > 0n ? sinceStart : 0n);
  if (fromUnixNano >= toUnixNano) {
    throw new ParameterError('invalid_parameter', 'end_time', '"end_time" must be later than "start_time"');
  }
  return { fromUnixNano, toUnixNano };
}
