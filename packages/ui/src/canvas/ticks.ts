/** Ticks of an axis. `step` is the distance of two neighbours (0 where there is none). */
export interface Ticks {
  readonly values: readonly number[];
  readonly step: number;
}

/** At most this many ticks whatever is asked, so that no scale can ask for an endless list. */
const MAX_TICKS = 100;

/** Round numbers (1, 2, 5 times a power of ten) within `[from, to]`, at most about `wanted` of them. */
export function linearTicks(from: number, to: number, wanted: number): Ticks {
  const span = to - from;
  // Below that neighbouring ticks would be one and the same float.
  const least = Math.max(1e-9, Math.abs(to) * 1e-14);
  if (!(span > least) || !Number.isFinite(span) || wanted < 1) return { values: [], step: 0 };
  const step = roundStep(span / Math.min(wanted, MAX_TICKS));
  return { values: multiplesOf(step, from, to), step };
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = least / power;
  // The slack keeps 0.1 + 0.2 artefacts from doubling a step.
  if (factor <= 1 + 1e-9) return power;
  if (factor <= 2 + 1e-9) return 2 * power;
  if (factor <= 5 + 1e-9) return 5 * power;
  return 10 * power;
}

function multiplesOf(step: number, from: number, to: number, offset = 0): number[] {
  const values: number[] = [];
  const first = Math.ceil((from - offset) / step - 1e-9);
  for (let i = first; values.length <= MAX_TICKS; i++) {
    const value = i * step + offset;
    if (value > to + step * 1e-9) break;
    values.push(value === 0 ? 0 : value);
  }
  return values;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CLOCK_STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR_MS),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * DAY_MS),
];

/**
 * Instants on round clock times within `[fromMs, toMs]`. `offsetMs` is what local time is ahead of UTC, so that days
 * begin at local midnight.
 */
export function clockTicks(fromMs: number, toMs: number, wanted: number, offsetMs: number): Ticks {
  const span = toMs - fromMs;
  if (!(span > 0) || !Number.isFinite(span) || wanted < 1) return { values: [], step: 0 };
  const least = span / Math.min(wanted, MAX_TICKS);
  if (least < SECOND_MS) return linearTicks(fromMs, toMs, wanted);
  const step = CLOCK_STEPS_MS.find((candidate) => candidate >= least) ?? roundStep(least / DAY_MS) * DAY_MS;
  return { values: multiplesOf(step, fromMs, toMs, -offsetMs), step };
}

/** Powers of ten (and, if there are few, their doubles and fives) within `[from, to]`, both above 0. */
export function logTicks(from: number, to: number, wanted: number): readonly number[] {
  if (!(from > 0) || !(to > from) || !Number.isFinite(to)) return [];
  const firstPower = Math.floor(Math.log10(from));
  const lastPower = Math.ceil(Math.log10(to));
  const decades = Math.max(1, Math.log10(to / from));
  const factors = decades * 3 <= wanted ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / Math.max(1, wanted)));
  const values: number[] = [];
  for (let power = firstPower; power <= lastPower; power++) {
    if ((power - firstPower) % stride !== 0) continue;
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= from && value <= to && values.length < MAX_TICKS) values.push(value);
    }
  }
  return values;
}
