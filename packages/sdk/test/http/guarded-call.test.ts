import { expect, test } from 'vitest';

import { guardedCall } from '../../src/http/guarded-call.ts';
import { toldFailures } from '../told-failures.ts';

test('what a hook throws or rejects with is told and goes no further', async () => {
  const told = toldFailures();
  expect(
    guardedCall('requestHook', () => {
      throw new Error('no');
    }),
  ).toBeUndefined();
  const rejected = guardedCall('responseHook', () => Promise.reject(new Error('no')));
  // The caller may await it all the same; the test would fail by an unhandled rejection.
  await expect(rejected).rejects.toThrow('no');
  expect(guardedCall('requestHook', (value: number) => value, 7)).toBe(7);
  expect(told).toEqual(['HTTP tracing: requestHook failed', 'HTTP tracing: responseHook failed']);
});

test('a rejection that nobody awaits is handled', async () => {
  const told = toldFailures();
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', listen);
  try {
    void guardedCall('requestHook', () => Promise.reject(new Error('no')));
    // Node tells of unhandled rejections after the microtasks.
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', listen);
  }
  expect(told).toEqual(['HTTP tracing: requestHook failed']);
});
