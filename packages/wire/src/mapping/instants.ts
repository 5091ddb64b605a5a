/** The latest instant of the model: unsigned 64-bit nanoseconds since the Unix epoch. */
const MAX_UNIX_NANO: bigint = 2n ** 64n - 1n;

/** The instant itself, or undefined where 64 unsigned bits cannot hold it. */
export function validInstant(unixNano: bigint | undefined): bigint | undefined {
  return unixNano !== undefined && unixNano >= 0n && unixNano <= MAX_UNIX_NANO ? unixNano : undefined;
}

/** `start + duration`, held within what an instant can be. */
export function endOf(startTimeUnixNano: bigint, durationNano: bigint): bigint {
  const end = startTimeUnixNano + durationNano;
  if (end < 0n) return 0n;
  return end > MAX_UNIX_NANO ? MAX_UNIX_NANO : end;
}

const DECIMAL_INTEGER = /^-?\d{1,20}$/;

/**
 * JSON microseconds (a number, also with a fraction, or a decimal string) as nanoseconds; undefined for anything that
 * is not a finite amount below 2^64 ns.
 */
export function nanoFromMicros(value: unknown): bigint | undefined {
  if (typeof value === 'string') {
    return DECIMAL_INTEGER.test(value) ? bounded(BigInt(value) * 1000n) : undefined;
  }
  if (typeof value === 'bigint') return bounded(value * 1000n);
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  if (Number.isInteger(value)) return bounded(BigInt(value) * 1000n);
  return bounded(BigInt(Math.round(value * 1000)));
}

function bounded(nano: bigint): bigint | undefined {
  return nano >= -MAX_UNIX_NANO && nano <= MAX_UNIX_NANO ? nano : undefined;
}

/** Whole microseconds of an instant or a duration, rounded down. */
export function microsFromNano(nano: bigint): number {
  return Number(nano / 1000n);
}
