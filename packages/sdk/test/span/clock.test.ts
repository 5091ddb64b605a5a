import { expect, test } from 'vitest';
import { type ClockSource, freshAnchor, readMonotonic } from '../../src/span/clock.ts';

const EPOCH_MS = 1_700_000_000_000;

/** A clock that reads both times from one, which each reading of the wall clock finds `delaysMs` later than the last. */
function delayedClock(delaysMs: number[]): ClockSource {
  let timeMs = 500;
  return {
    monotonicMs: () => timeMs,
    wallMs: () => {
      timeMs += delaysMs.shift() ?? 0;
      return EPOCH_MS + timeMs;
    },
  };
}

/** How far the anchor's instant of the time zero is from the wall clock's. */
function errorMs(clock: ClockSource): number {
  const { seconds, nano } = readMonotonic(freshAnchor(clock, clock.monotonicMs(), undefined), 0);
  return (seconds - EPOCH_MS / 1000) * 1000 + nano / 1e6;
}

test('an anchor pairs the two clocks as they are', () => {
  expect(errorMs(delayedClock([]))).toBe(0);
});

test('clocks that were read too far apart are read again', () => {
  expect(errorMs(delayedClock([7]))).toBe(0);
  expect(errorMs(delayedClock([7, 3, 9, 5, 0]))).toBe(0);
});

test('after five readings the last counts: a span never waits for a quiet machine', () => {
  const delays = [7, 3, 9, 5, 4, 0];
  expect(errorMs(delayedClock(delays))).toBe(4);
  expect(delays).toEqual([0]);
});

test('an anchor is kept for ten seconds', () => {
  const clock = delayedClock([]);
  const anchor = freshAnchor(clock, 500, undefined);
  expect(freshAnchor(clock, 10_499, anchor)).toBe(anchor);
  expect(freshAnchor(clock, 10_500, anchor)).not.toBe(anchor);
});
