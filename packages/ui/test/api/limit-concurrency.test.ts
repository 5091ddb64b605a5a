import { expect, it } from 'vitest';

import { limitConcurrency } from '../../src/api/limit-concurrency.ts';

it('runs at most so many at once, in order, and never one that was aborted before its turn', async () => {
  const run = limitConcurrency(2);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const aborts = Array.from({ length: 5 }, () => new AbortController());
  const results = aborts.map((abort, index) =>
    run(async () => {
      started.push(index);
      await new Promise<void>((resolve) => (ends[index] = resolve));
      return index;
    }, abort.signal),
  );
  const settled = Promise.allSettled(results);
  await Promise.resolve();
  expect(started).toEqual([0, 1]);
  aborts[2]?.abort(new Error('gone'));
  ends[0]?.();
  expect(await results[0]).toBe(0);
  expect(started).toEqual([0, 1, 3]);
  ends[1]?.();
  ends[3]?.();
  await Promise.all([results[1], results[3]]);
  expect(started).toEqual([0, 1, 3, 4]);
  ends[4]?.();
  expect((await settled).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
});

it('goes on after a task that fails', async () => {
  const run = limitConcurrency(1);
  const { signal } = new AbortController();
  const failed = run(() => Promise.reject(new Error('no')), signal);
  const next = run(() => Promise.resolve('yes'), signal);
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
