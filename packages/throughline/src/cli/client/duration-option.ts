import { CodedError, isTooLongDuration, LONGEST_DURATION, parseDuration } from '@throughline/model';

/**
 * The value of an option, in nanoseconds.
 *
 * @throws CodedError `invalid_usage` unless it is a duration of at least `leastNano`
 */
export function durationOf(option: string, text: string, example: string, leastNano: bigint = 0n): bigint {
  const nanos = parseDuration(text);
  if (nanos !== undefined && nanos >= leastNano) return nanos;
  const quoted = JSON.stringify(text);
  throw new CodedError(
    'invalid_usage',
    isTooLongDuration(text)
      ? `${option}: ${quoted} is too long, the longest duration is ${LONGEST_DURATION}`
      : `${option} takes a duration such as ${example}, not ${quoted}`,
  );
}
