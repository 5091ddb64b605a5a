import type { HrTime, TimeInput } from '@opentelemetry/api';

/** Where time comes from: the wall clock and one that never goes back, both in milliseconds. */
export interface ClockSource {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

export const systemClock: ClockSource = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/** A pairing of the two clocks. All spans of a local trace share one, so that their order is that of the monotonic clock. */
export interface ClockAnchor {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** How old an anchor may be before a new local trace gets a fresh one: drift and suspends are corrected then. */
const MAX_ANCHOR_AGE_MS = 10_000;

export function freshAnchor(clock: ClockSource, current: ClockAnchor | undefined): ClockAnchor {
  const monotonicMs = clock.monotonicMs();
  if (current !== undefined && monotonicMs - current.monotonicMs < MAX_ANCHOR_AGE_MS) return current;
  return { monotonicMs, wallMs: clock.wallMs() };
}

/** The monotonic instant as seconds and nanoseconds since the epoch. */
export function hrTimeOfMonotonic(anchor: ClockAnchor, monotonicMs: number): HrTime {
  const wholeSeconds = Math.floor(anchor.wallMs / 1000);
  // Relative to a second: a double of milliseconds since the epoch resolves only a quarter of a microsecond.
  const nano = Math.round((anchor.wallMs - wholeSeconds * 1000 + (monotonicMs - anchor.monotonicMs)) * 1e6);
  const carrySeconds = Math.floor(nano / 1e9);
  return [wholeSeconds + carrySeconds, nano - carrySeconds * 1e9];
}

export function isTimeInput(value: unknown): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || isHrTime(value);
}

function isHrTime(value: unknown): value is HrTime {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'number';
}

/**
 * Any of the API's time inputs; what is none (or not finite, or before the epoch) is now. A number that is not above the
 * monotonic clock is a `performance.now()`, any other one milliseconds since the epoch.
 */
export function hrTimeOf(input: unknown, clock: ClockSource, anchor: ClockAnchor): HrTime {
  const monotonicMs = clock.monotonicMs();
  if (typeof input === 'number' && input >= 0 && input <= monotonicMs) return hrTimeOfMonotonic(anchor, input);
  if (typeof input === 'number' && Number.isFinite(input) && input >= 0) return hrTimeOfEpochMs(input);
  if (input instanceof Date && input.getTime() >= 0) return hrTimeOfEpochMs(input.getTime());
  if (isHrTime(input) && Number.isFinite(input[0]) && Number.isFinite(input[1]) && input[0] >= 0 && input[1] >= 0) {
    return [input[0], input[1]];
  }
  return hrTimeOfMonotonic(anchor, monotonicMs);
}

function hrTimeOfEpochMs(epochMs: number): HrTime {
  return [Math.trunc(epochMs / 1000), Math.round((epochMs % 1000) * 1e6)];
}

/** `to - from`, never negative. */
export function elapsed(from: HrTime, to: HrTime): HrTime {
  let seconds = to[0] - from[0];
  let nano = to[1] - from[1];
  if (nano < 0) {
    seconds--;
    nano += 1e9;
  }
  return seconds < 0 ? [0, 0] : [seconds, nano];
}
