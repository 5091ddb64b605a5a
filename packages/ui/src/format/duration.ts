const NANOS_PER_MICRO = 1e3;
const NANOS_PER_MILLI = 1e6;
const NANOS_PER_SECOND = 1e9;
const NANOS_PER_MINUTE = 60e9;
const NANOS_PER_HOUR = 3600e9;

/**
 * A duration in words as short as three digits allow: `850 ns`, `1.23 ms`, `12.3 s`, `2m 05s`, `1h 02m`.
 * Not-a-number becomes an en dash.
 */
export function formatDuration(durationNano: number): string {
  if (!Number.isFinite(durationNano)) return '–';
  if (durationNano < 0) return `-${formatDuration(-durationNano)}`;
  if (durationNano < NANOS_PER_MICRO) return `${Math.round(durationNano)} ns`;
  if (durationNano < 999.5 * NANOS_PER_MICRO) return `${threeDigits(durationNano / NANOS_PER_MICRO)} µs`;
  if (durationNano < 999.5 * NANOS_PER_MILLI) return `${threeDigits(durationNano / NANOS_PER_MILLI)} ms`;
  if (durationNano < 59.95 * NANOS_PER_SECOND) return `${threeDigits(durationNano / NANOS_PER_SECOND)} s`;
  const wholeSeconds = Math.round(durationNano / NANOS_PER_SECOND);
  if (wholeSeconds < 3600) return `${Math.floor(wholeSeconds / 60)}m ${twoDigits(wholeSeconds % 60)}s`;
  const wholeMinutes = Math.round(durationNano / NANOS_PER_MINUTE);
  return `${Math.floor(wholeMinutes / 60)}h ${twoDigits(wholeMinutes % 60)}m`;
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  if (value >= 9.995) return value.toFixed(1);
  return value.toFixed(2);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** A duration that is a round number, as axes have them: `10 s` rather than `10.0 s`. */
export function formatRoundDuration(durationNano: number): string {
  return formatDuration(durationNano).replace(/\.0+(?= )/, '');
}

const UNIT_NANO: Readonly<Record<string, number>> = {
  ns: 1,
  us: NANOS_PER_MICRO,
  µs: NANOS_PER_MICRO,
  ms: NANOS_PER_MILLI,
  s: NANOS_PER_SECOND,
  m: NANOS_PER_MINUTE,
  h: NANOS_PER_HOUR,
};

/** `1.5s`, `20ms`, `3 m` in nanoseconds; undefined if it is not a duration with a unit. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(ns|us|µs|ms|s|m|h)$/.exec(text.trim());
  const unitNano = UNIT_NANO[match?.[2] ?? ''];
  return match?.[1] === undefined || unitNano === undefined ? undefined : Number(match[1]) * unitNano;
}
