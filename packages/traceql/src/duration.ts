const NANOS_PER_MINUTE = 60_000_000_000n;
const NANOS_PER_HOUR = 3_600_000_000_000n;

const NANOS_BY_UNIT: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', NANOS_PER_MINUTE],
  ['h', NANOS_PER_HOUR],
  ['d', 86_400_000_000_000n],
  ['w', 604_800_000_000_000n],
  ['y', 31_536_000_000_000_000n],
]);

const PART = /(\d+(?:\.\d*)?|\.\d+)([a-zµμ]+)/giy;

/**
 * `1.5s`, `1h30m`, `20ms` as nanoseconds, rounded towards zero; units ns, us (µs), ms, s, m, h, d, w, y (365 days).
 * Undefined if it is none. The caller bounds the length.
 */
export function parseDurationNano(text: string): bigint | undefined {
  let total = 0n;
  PART.lastIndex = 0;
  let end = 0;
  while (end < text.length) {
    const part = PART.exec(text);
    if (part === null) return undefined;
    const nanosPerUnit = NANOS_BY_UNIT.get(part[2] ?? '');
    if (nanosPerUnit === undefined) return undefined;
    const [whole = '', fraction = ''] = (part[1] ?? '').split('.');
    total += (BigInt(whole + fraction) * nanosPerUnit) / 10n ** BigInt(fraction.length);
    end = PART.lastIndex;
  }
  return text === '' ? undefined : total;
}

const PRINTED_UNITS: readonly (readonly [unit: string, digits: number])[] = [
  ['s', 9],
  ['ms', 6],
  ['us', 3],
];

/** Exact: hours and minutes where it is whole minutes, else a decimal number of s, ms, us or ns. */
export function printDurationNano(nanos: bigint): string {
  if (nanos < 0n) return `-${printDurationNano(-nanos)}`;
  if (nanos === 0n) return '0s';
  if (nanos % NANOS_PER_MINUTE === 0n) {
    const hours = nanos / NANOS_PER_HOUR;
    const minutes = (nanos % NANOS_PER_HOUR) / NANOS_PER_MINUTE;
    return `${hours === 0n ? '' : `${hours}h`}${minutes === 0n ? '' : `${minutes}m`}`;
  }
  const digits = nanos.toString();
  for (const [unit, fractionDigits] of PRINTED_UNITS) {
    if (digits.length <= fractionDigits) continue;
    const fraction = digits.slice(-fractionDigits).replace(/0+$/, '');
    return `${digits.slice(0, -fractionDigits)}${fraction === '' ? '' : `.${fraction}`}${unit}`;
  }
  return `${digits}ns`;
}
