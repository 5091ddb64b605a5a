const DECIMAL_SECONDS = /^(\d{1,11})(?:\.(\d{1,30}))?$/;
const NANO_PER_SECOND = 1_000_000_000n;
const MAX_UNIX_NANO = 0xffff_ffff_ffff_ffffn;

/**
 * Seconds since the epoch in decimal digits, exactly, as nanoseconds (further digits are cut off). Undefined for
 * anything else, and beyond the year 2554, which is also where milliseconds would end up that were meant as seconds.
 */
export function parseDecimalSeconds(text: string): bigint | undefined {
  const match = DECIMAL_SECONDS.exec(text);
  if (match === null) return undefined;
  const [, seconds = '0', fraction = ''] = match;
  const unixNano = BigInt(seconds) * NANO_PER_SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return unixNano <= MAX_UNIX_NANO ? unixNano : undefined;
}
