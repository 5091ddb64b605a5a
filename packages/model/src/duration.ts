/** Nanoseconds in each unit that a duration can be written in. The micro sign has two code points. */
const UNIT_NANOS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
  ['w', 604_800_000_000_000n],
]);
const MAX_DURATION_NANO = 2n ** 63n - 1n;
/** What {@link parseDuration} takes at most, for people: 2^63 - 1 ns, cut to days. */
export const LONGEST_DURATION = '106751d (292 years)';
/** Longer text is no duration that anyone wrote, and its digits would become huge integers. */
const MAX_TEXT_LENGTH = 100;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)\s*/y;

/**
 * A duration as Go writes it, a sequence of decimal numbers with units: `1.5s`, `20ms`, `100us`, `1m30s`; also days and
 * weeks, and spaces between the parts. `0` needs no unit. What is below a nanosecond is cut off. Gives `undefined` for
 * anything else, such as a negative duration, a number without a unit, or more than 2^63 - 1 ns (292 years).
 */
export function parseDuration(text: string): bigint | undefined {
  const nanos = readDuration(text);
  return nanos === undefined || nanos > MAX_DURATION_NANO ? undefined : nanos;
}

/** Whether {@link parseDuration} refuses the text only because the duration is longer than it takes. */
export function isTooLongDuration(text: string): boolean {
  return (readDuration(text) ?? 0n) > MAX_DURATION_NANO;
}

/** However long. */
function readDuration(text: string): bigint | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0n;
  if (trimmed === '' || trimmed.length > MAX_TEXT_LENGTH) return undefined;
  let nanos = 0n;
  PART.lastIndex = 0;
  for (let at = 0; at < trimmed.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const match = PART.exec(trimmed);
    if (match === null) return undefined;
    const [whole = '', fraction = ''] = (match[1] ?? '').split('.');
    const unit = UNIT_NANOS.get(match[2] ?? '') ?? 0n;
    nanos += BigInt(whole) * unit + (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length);
  }
  return nanos;
}

/** For a minute and more: a unit, the one below it, and from how many seconds on a larger unit is used. */
const UNIT_PAIRS = [
  { unit: 'm', unitSeconds: 60, smaller: 's', smallerSeconds: 1, belowSeconds: 3_600 },
  { unit: 'h', unitSeconds: 3_600, smaller: 'm', smallerSeconds: 60, belowSeconds: 86_400 },
  { unit: 'd', unitSeconds: 86_400, smaller: 'h', smallerSeconds: 3_600, belowSeconds: Number.POSITIVE_INFINITY },
] as const;

/**
 * A duration for people, to three digits or so: `0ns`, `850ns`, `12.3µs`, `1.5ms`, `2.34s`, `1m 30s`, `2h 5m`, `3d 4h`.
 * Trailing zeros are left out. {@link parseDuration} understands it (but for the sign of a negative one).
 */
export function formatDuration(nanos: bigint | number): string {
  const value = Number(nanos);
  if (!Number.isFinite(value)) return String(value);
  if (value < 0) return `-${formatDuration(-value)}`;
  // Each bound is where rounding would reach the next unit.
  if (value < 999.5) return `${Math.round(value)}ns`;
  if (value < 999.5e3) return `${threeDigits(value / 1e3)}µs`;
  if (value < 999.5e6) return `${threeDigits(value / 1e6)}ms`;
  if (value < 59.95e9) return `${threeDigits(value / 1e9)}s`;
  return twoUnits(value / 1e9);
}

/** Rounds to the smaller unit before it splits, or 59m 60s could come out. */
function twoUnits(exactSeconds: number): string {
  for (const { unit, unitSeconds, smaller, smallerSeconds, belowSeconds } of UNIT_PAIRS) {
    const seconds = Math.round(exactSeconds / smallerSeconds) * smallerSeconds;
    if (seconds >= belowSeconds) continue;
    const rest = (seconds % unitSeconds) / smallerSeconds;
    return `${Math.floor(seconds / unitSeconds)}${unit}${rest === 0 ? '' : ` ${rest}${smaller}`}`;
  }
  return `${exactSeconds}s`;
}

function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
