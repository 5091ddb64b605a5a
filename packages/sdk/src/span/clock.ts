import type { HrTime, TimeInput } from '@opentelemetry/api';

/** Where time comes from: the wall clock and one that never goes back, both in milliseconds. */
export interface ClockSource {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

/**
 * `Date.now` counts whole milliseconds, in which many a call comes and goes. The start of the process and what has passed
 * since resolve microseconds, and are taken as long as the two agree: nobody has set the clock, the machine has not slept.
 */
function fineWallMs(): number {
  const coarseMs = Date.now();
  const fineMs = performance.timeOrigin + performance.now();
  return Math.abs(fineMs - coarseMs - 0.5) <= 1.5 ? fineMs : coarseMs;
}

export const systemClock: ClockSource = { wallMs: fineWallMs, monotonicMs: () => performance.now() };

/** A pairing of the two clocks. All spans of a local trace share one, so that their order is that of the monotonic clock. */
export interface ClockAnchor {
  readonly monotonicMs: number;
  /** Whole seconds of the wall clock, and what is above them. */
  readonly seconds: number;
  readonly aboveMs: number;
}

/** How old an anchor may be before a new local trace gets a fresh one: drift and suspends are corrected then. */
const MAX_ANCHOR_AGE_MS = 10_000;

/**
 * The two clocks are read one after the other. When a busy machine puts the thread aside in between, every span of the
 * anchor is as late as that took, and seems to start after its own children in other processes: then they are read again.
 */
const MAX_PAIRING_MS = 0.1;
const MAX_PAIRINGS = 5;

/** `nowMs` is that of the monotonic clock. */
export function freshAnchor(clock: ClockSource, nowMs: number, current: ClockAnchor | undefined): ClockAnchor {
  if (current !== undefined && nowMs - current.monotonicMs < MAX_ANCHOR_AGE_MS) return current;
  let monotonicMs = nowMs;
  let wallMs = clock.wallMs();
  for (let pairing = 1; pairing < MAX_PAIRINGS; pairing++) {
    const laterMs = clock.monotonicMs();
    if (laterMs - monotonicMs <= MAX_PAIRING_MS) break;
    monotonicMs = laterMs;
    wallMs = clock.wallMs();
  }
  const seconds = Math.floor(wallMs / 1000);
  return { monotonicMs, seconds, aboveMs: wallMs - seconds * 1000 };
}

/** An instant since the epoch, as two numbers that are exact to the nanosecond and need no memory of their own. */
export interface Instant {
  seconds: number;
  nano: number;
}

/** What the functions below return: it is that of the last call, and whoever calls reads it at once. */
const instant: Instant = { seconds: 0, nano: 0 };

function instantOf(seconds: number, nano: number): Readonly<Instant> {
  instant.seconds = seconds;
  instant.nano = nano;
  return instant;
}

/** The instant at which the monotonic clock said `monotonicMs`. */
export function readMonotonic(anchor: ClockAnchor, monotonicMs: number): Readonly<Instant> {
  // Relative to a second: a double of milliseconds since the epoch resolves only a quarter of a microsecond.
  const nano = Math.round((anchor.aboveMs + (monotonicMs - anchor.monotonicMs)) * 1e6);
  if (nano >= 0 && nano < 1e9) return instantOf(anchor.seconds, nano | 0);
  // Integers for the engine, too: a time of this clock that is none would change what all later spans are made of.
  const carrySeconds = Math.floor(nano / 1e9) | 0;
  return instantOf(anchor.seconds + carrySeconds, (nano - carrySeconds * 1e9) | 0);
}

export function isTimeInput(value: unknown): value is TimeInput {
  if (typeof value !== 'object' || value === null) return typeof value === 'number';
  try {
    return value instanceof Date || isHrTime(value);
  } catch {
    // A proxy that says nothing any more.
    return false;
  }
}

function isHrTime(value: unknown): value is HrTime {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'number';
}

/**
 * Any of the API's time inputs; what is none (or not finite, or before the epoch) is now. A number that is not above the
 * monotonic clock is a `performance.now()`, any other one milliseconds since the epoch.
 */
export function readTime(input: unknown, anchor: ClockAnchor, nowMs: number): Readonly<Instant> {
  if (typeof input === 'number') {
    if (input >= 0 && input <= nowMs) return readMonotonic(anchor, input);
    if (Number.isFinite(input) && input >= 0) return readEpochMs(input);
  } else if (typeof input === 'object' && input !== null) {
    const read = readObject(input);
    if (read !== undefined) return read;
  }
  return readMonotonic(anchor, nowMs);
}

function readObject(input: object): Readonly<Instant> | undefined {
  try {
    if (input instanceof Date) {
      if (input.getTime() >= 0) return readEpochMs(input.getTime());
    } else if (isHrTime(input)) {
      const [seconds, nano] = input;
      if (Number.isFinite(seconds) && Number.isFinite(nano) && seconds >= 0 && nano >= 0) {
        const carrySeconds = Math.floor(nano / 1e9);
        return instantOf(seconds + carrySeconds, nano - carrySeconds * 1e9);
      }
    }
  } catch {
    // A proxy that says nothing any more, or no date but by its prototype.
  }
  return undefined;
}

function readEpochMs(epochMs: number): Readonly<Instant> {
  return instantOf(Math.trunc(epochMs / 1000), Math.round((epochMs % 1000) * 1e6));
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
