/**
 * Instants are nanoseconds since the Unix epoch in an unsigned 64-bit integer, as OTLP has them: from 1970 to July 2554.
 * Everything here gives `undefined` for what is no such instant.
 */
const MAX_INSTANT = 2n ** 64n - 1n;
const NANOS_PER_SECOND = 1_000_000_000n;

// Date, and optionally a time (seconds and their fraction optional) with an optional zone.
const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,30}))?)?([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * ISO 8601 or RFC 3339 with up to nanoseconds; further digits are cut off. Without a zone it is UTC; a date alone is its
 * midnight. The second 60 (a leap second) is the first of the next minute.
 */
export function parseInstant(text: string): bigint | undefined {
  const match = ISO_8601.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const zoneMinutes = parseZone(zone);
  if (zoneMinutes === undefined) return undefined;

  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // A day or month that does not exist comes back as another one.
  if (midnight.getUTCMonth() !== Number(month) - 1 || midnight.getUTCDate() !== Number(day)) return undefined;

  const seconds = midnight.getTime() / 1000 + (Number(hour) * 60 + Number(minute) - zoneMinutes) * 60 + Number(second);
  return asInstant(BigInt(seconds) * NANOS_PER_SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0')));
}

/** Minutes east of UTC. */
function parseZone(zone: string): number | undefined {
  if (zone === '' || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** RFC 3339 in UTC with nine digits, `2023-01-29T08:30:00.000000001Z`. {@link parseInstant} gives the same instant back. */
export function formatInstant(unixNano: bigint): string {
  const seconds = new Date(Number(unixNano / NANOS_PER_SECOND) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(unixNano % NANOS_PER_SECOND).toString().padStart(9, '0')}Z`;
}

/**
 * Seconds since the epoch as JSON carries them. A double stands for the shortest decimal that denotes it, which is what
 * the sender wrote: `1700000000.1` is 1700000000100000000 ns, although the nearest double is 95 ns less. Digits beyond
 * nanoseconds are rounded.
 */
export function instantFromSeconds(seconds: number): bigint | undefined {
  if (!(seconds >= 0 && seconds < 2 ** 35)) return undefined;
  const text = String(seconds);
  // Below a microsecond it is written with an exponent; such small doubles are exact enough.
  if (text.includes('e')) return BigInt(Math.round(seconds * 1e9));
  const [whole = '', fraction = ''] = text.split('.');
  const nanos = BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  const roundUp = fraction.charAt(9) >= '5' ? 1n : 0n;
  return asInstant(BigInt(whole) * NANOS_PER_SECOND + nanos + roundUp);
}

/**
 * An instant or duration as the nearest double in seconds; of instants in our time that resolves about 0.2 us. Dividing
 * doubles would round twice and then {@link instantFromSeconds} would not always lead back.
 */
export function secondsFromNanos(nanos: bigint): number {
  const magnitude = nanos < 0n ? -nanos : nanos;
  const fraction = (magnitude % NANOS_PER_SECOND).toString().padStart(9, '0');
  return Number(`${nanos < 0n ? '-' : ''}${magnitude / NANOS_PER_SECOND}.${fraction}`);
}

function asInstant(unixNano: bigint): bigint | undefined {
  return unixNano >= 0n && unixNano <= MAX_INSTANT ? unixNano : undefined;
}
