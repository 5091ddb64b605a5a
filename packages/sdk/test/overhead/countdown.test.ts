import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Countdown, randomInterval, RUNS_OF_CALLS } from '../../src/overhead/countdown.ts';

/** As whoever makes the calls does it. Gives the weights of those that were timed. */
function call(countdown: Countdown, times: number, isBusy: (call: number) => boolean = () => false): number[] {
  const weights: number[] = [];
  for (let n = 0; n < times; n++) {
    if (--countdown.left > 0) continue;
    if (isBusy(n)) countdown.postpone();
    else weights.push(countdown.take());
    --countdown.left;
  }
  return weights;
}

test('the count is exact and the weights are those of the calls so far, whatever the intervals', () => {
  const intervals = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 60, maxLength: 60 });
  const runs = fc.record({ warmUpCount: fc.nat(3), countedCount: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(intervals, runs, fc.nat(100), fc.array(fc.nat(100)), (given, lengths, times, busy) => {
      const rest = [...given];
      const countdown = new Countdown(() => rest.shift() ?? 1, { ...lengths, maxMeanInterval: 9 });
      const weights = call(countdown, times, (n) => busy.includes(n));
      expect(countdown.callCount).toBe(times);
      expect(countdown.timedCount).toBe(weights.length);
      expect(weights.every((weight) => Number.isInteger(weight) && weight >= 1)).toBe(true);
      const standsFor = weights.reduce((sum, weight) => sum + weight, 0);
      expect(standsFor).toBeLessThanOrEqual(times);
      expect(times - standsFor).toBeLessThan(9 + busy.length);
    }),
  );
});

test('the first of a run stand for themselves, and the others for the calls before it, too', () => {
  const runs = { warmUpCount: 2, countedCount: 4, maxMeanInterval: 102 };
  const weights = call(new Countdown(() => 102, runs), 6 + 101 + 6);
  expect(weights).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 26, 26, 26, 27]);
});

test('the first calls are timed, then fewer and fewer, down to 32 in 65,536', () => {
  const means: number[] = [];
  const countdown = new Countdown((mean) => {
    means.push(mean);
    return 1;
  });
  call(countdown, 130 * 32);
  expect([means[0], means[1], means[9], means[99], means[127], means[129]]).toEqual([
    5,
    17,
    401,
    40_001,
    RUNS_OF_CALLS.maxMeanInterval,
    RUNS_OF_CALLS.maxMeanInterval,
  ]);
  expect(means).toEqual(means.toSorted((a, b) => a - b));
});

test('random intervals are whole, from 1, and have their mean', () => {
  const intervals = Array.from({ length: 20_000 }, () => randomInterval(8));
  expect(Math.min(...intervals)).toBe(1);
  expect(Math.max(...intervals)).toBe(15);
  expect(intervals.every((interval) => Number.isInteger(interval))).toBe(true);
  // Twelve standard deviations of the mean.
  expect(Math.abs(intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length - 8)).toBeLessThan(0.4);
  expect(randomInterval(1)).toBe(1);
});
