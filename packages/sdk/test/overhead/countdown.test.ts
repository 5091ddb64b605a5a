import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Countdown, MAX_MEAN_INTERVAL, randomInterval } from '../../src/overhead/countdown.ts';

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
  fc.assert(
    fc.property(intervals, fc.nat(50), fc.array(fc.nat(50)), (given, times, busy) => {
      const rest = [...given];
      const countdown = new Countdown(() => rest.shift() ?? 1);
      const weights = call(countdown, times, (n) => busy.includes(n));
      expect(countdown.callCount).toBe(times);
      expect(countdown.timedCount).toBe(weights.length);
      const standsFor = weights.reduce((sum, weight) => sum + weight, 0);
      expect(standsFor).toBeLessThanOrEqual(times);
      expect(times - standsFor).toBeLessThan(9 + busy.length);
    }),
  );
});

test('the first calls are timed, then fewer and fewer, down to one in 32,768', () => {
  const means: number[] = [];
  const countdown = new Countdown((mean) => {
    means.push(mean);
    return 1;
  });
  call(countdown, 800);
  expect([means[3], means[7], means[15], means[127], means[799]]).toEqual([2, 5, 17, 1025, MAX_MEAN_INTERVAL]);
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
