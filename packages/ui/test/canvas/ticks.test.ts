import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { clockTicks, linearTicks, logTicks } from '../../src/canvas/ticks.ts';

const finite = fc.double({ min: 0, max: 1e15, noNaN: true });

describe('linearTicks', () => {
  it('takes round steps', () => {
    expect(linearTicks(0, 200e6, 5)).toEqual({ values: [0, 50e6, 100e6, 150e6, 200e6], step: 50e6 });
    expect(linearTicks(3, 17, 5).values).toEqual([5, 10, 15]);
  });

  it('stays within the range and the number wanted, evenly', () => {
    fc.assert(
      fc.property(finite, finite, fc.integer({ min: 1, max: 300 }), (a, b, wanted) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const { values, step } = linearTicks(from, to, wanted);
        expect(values.length).toBeLessThanOrEqual(Math.min(wanted, 100) + 1);
        const slack = (to - from) * 1e-6;
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(from - slack);
          expect(value).toBeLessThanOrEqual(to + slack);
        }
        for (let i = 1; i < values.length; i++) {
          const distance = (values[i] ?? 0) - (values[i - 1] ?? 0);
          expect(Math.abs(distance - step)).toBeLessThanOrEqual(step * 1e-6 + to * 1e-15);
        }
      }),
    );
  });

  it('has none where there is no range', () => {
    for (const [from, to, wanted] of [
      [1, 1, 5],
      [2, 1, 5],
      [0, Infinity, 5],
      [0, Number.NaN, 5],
      [0, 1, 0],
    ] as const) {
      expect(linearTicks(from, to, wanted).values).toEqual([]);
    }
  });
});

describe('clockTicks', () => {
  const HOUR = 3_600_000;

  it('falls on round times of the local clock', () => {
    const from = Date.UTC(2026, 0, 1, 10, 7);
    const { values, step } = clockTicks(from, from + HOUR, 8, 0);
    expect(step).toBe(10 * 60_000);
    expect(values[0]).toBe(Date.UTC(2026, 0, 1, 10, 10));
    const days = clockTicks(from, from + 96 * HOUR, 5, 2 * HOUR);
    expect(days.step).toBe(24 * HOUR);
    expect(days.values[0]).toBe(Date.UTC(2026, 0, 1, 22));
  });

  it('goes on below a second and beyond a year', () => {
    expect(clockTicks(0, 1000, 5, 0).step).toBe(200);
    expect(clockTicks(0, 50 * 365 * 24 * HOUR, 5, 0).values.length).toBeLessThanOrEqual(6);
  });
});

describe('logTicks', () => {
  it('has powers of ten, and steps between while there is room', () => {
    expect(logTicks(1e6, 1e9, 5)).toEqual([1e6, 1e7, 1e8, 1e9]);
    expect(logTicks(1, 10, 6)).toEqual([1, 2, 5, 10]);
    expect(logTicks(1, 1e12, 5).length).toBeLessThanOrEqual(6);
  });

  it('has none without a range above zero', () => {
    expect(logTicks(0, 10, 5)).toEqual([]);
    expect(logTicks(10, 10, 5)).toEqual([]);
  });
});
