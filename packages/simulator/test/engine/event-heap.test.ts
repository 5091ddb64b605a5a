import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventHeap } from '../../src/engine/event-heap.ts';

test('entries come out by time, and at the same time in the order of scheduling', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 300 }), (times) => {
      const heap = new EventHeap();
      const fired: number[] = [];
      const entry = { fire: (token: number): void => void fired.push(token) };
      for (const [i, timeNano] of times.entries()) heap.push(timeNano, entry, i);
      while (heap.count > 0) heap.fireFirst();
      const expected = times
        .map((timeNano, i) => ({ timeNano, i }))
        .sort((a, b) => a.timeNano - b.timeNano || a.i - b.i);
      expect(fired).toEqual(expected.map(({ i }) => i));
      expect(heap.firstTimeNano).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

test('it grows beyond its first size, and pushes and pops may alternate', () => {
  const heap = new EventHeap();
  const fired: number[] = [];
  const entry = { fire: (token: number): void => void fired.push(token) };
  for (let i = 0; i < 3_000; i++) heap.push((i * 7919) % 3_001, entry, (i * 7919) % 3_001);
  for (let i = 0; i < 1_500; i++) heap.fireFirst();
  heap.push(0, entry, -1);
  heap.fireFirst();
  expect(fired.at(-1)).toBe(-1);
  while (heap.count > 0) heap.fireFirst();
  const rest = fired.filter((time) => time >= 0);
  expect(rest).toEqual(rest.toSorted((a, b) => a - b));
  expect(rest).toHaveLength(3_000);
});
