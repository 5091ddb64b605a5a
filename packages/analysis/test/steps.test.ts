import { describe, expect, it } from 'vitest';
import { finish, type Steps, stepping } from '../src/steps.ts';

describe('steps', () => {
  it('visit everything in order and pause in between', () => {
    const traces = Array.from({ length: 5 }, (_, n) => ({ n, spans: Array.from({ length: 400 }) }));
    const seen: number[] = [];
    const pausedAfter: number[] = [];
    const steps = stepping(traces, ({ n }, index) => {
      expect(index).toBe(n);
      seen.push(n);
    });
    while (steps.next().done !== true) pausedAfter.push(seen.length);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(pausedAfter).toEqual([3]);
  });

  it('give their result when they are finished at once', () => {
    function* counting(): Steps<string> {
      yield;
      yield;
      return 'done';
    }
    expect(finish(counting())).toBe('done');
  });
});
