import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operationChanges, type OperationPoint } from '../../src/index.ts';

const MS = 1_000_000;
const minutes = (
  length: number,
  of: (minute: number) => Partial<Omit<OperationPoint, 'atUnixSeconds'>>,
): OperationPoint[] =>
  Array.from({ length }, (_, i) => ({
    atUnixSeconds: i * 60,
    count: 100,
    errorCount: 0,
    durationNano: 50 * MS,
    ...of(i),
  }));
/** The same every time, and as if by chance: -1 to 1. */
const jitter = (i: number): number => Math.sin(i * 12.9898) * Math.cos(i * 78.233);

describe('operationChanges', () => {
  it('says since when an operation is slower', () => {
    const changes = operationChanges(minutes(30, (i) => ({ durationNano: (i < 20 ? 50 : 200) * MS })));
    expect(changes).toMatchObject([
      { kind: 'slower', atUnixSeconds: 1200, untilUnixSeconds: undefined, beforeCount: 2000, afterCount: 1000 },
    ]);
    expect(changes[0]?.before).toBeCloseTo(50 * MS, -1);
    expect(changes[0]?.after).toBeCloseTo(200 * MS, -1);
  });

  it('says since when it fails, and when that was over', () => {
    const changes = operationChanges(minutes(30, (i) => ({ errorCount: i >= 12 && i < 18 ? 30 : i % 2 })));
    expect(changes).toMatchObject([
      { kind: 'failing', atUnixSeconds: 720, untilUnixSeconds: 1080 },
      { kind: 'recovered', atUnixSeconds: 1080, untilUnixSeconds: undefined },
    ]);
    expect(changes[0]?.after).toBeCloseTo(0.3, 2);
    expect(changes[0]?.before).toBeLessThan(0.01);
  });

  it('says both of one that gives up after a time', () => {
    const changes = operationChanges(minutes(30, (i) => (i < 15 ? {} : { durationNano: 5000 * MS, errorCount: 100 })));
    expect(changes.map(({ kind, atUnixSeconds }) => [kind, atUnixSeconds])).toEqual([
      ['slower', 900],
      ['failing', 900],
    ]);
  });

  it('finds nothing where nothing happened, or too little', () => {
    expect(
      operationChanges(minutes(60, (i) => ({ durationNano: (50 + 10 * jitter(i)) * MS, errorCount: i % 3 }))),
    ).toEqual([]);
    expect(operationChanges(minutes(30, (i) => ({ durationNano: (i < 20 ? 50 : 55) * MS })))).toEqual([]);
    expect(operationChanges(minutes(30, (i) => ({ durationNano: i < 20 ? 1000 : 5000 })))).toEqual([]);
    expect(operationChanges(minutes(3, (i) => ({ durationNano: (i < 2 ? 50 : 900) * MS })))).toEqual([]);
    const rare = (count: number) => minutes(20, (i) => ({ count, durationNano: (i < 10 ? 50 : 900) * MS }));
    expect(operationChanges(rare(2))).toEqual([]);
    expect(operationChanges(rare(3))).toHaveLength(1);
    expect(operationChanges([])).toEqual([]);
    expect(operationChanges(minutes(30, () => ({ count: 0, durationNano: 0 })))).toEqual([]);
  });

  it('finds a change in noise, wherever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 50 }), fc.double({ min: 3, max: 100, noNaN: true }), (at, times) => {
        const changes = operationChanges(
          minutes(60, (i) => ({ durationNano: (50 + 10 * jitter(i)) * (i < at ? 1 : times) * MS })),
        );
        expect(changes.map(({ kind, atUnixSeconds }) => [kind, atUnixSeconds / 60])).toEqual([['slower', at]]);
      }),
      { numRuns: 50 },
    );
  });

  it('gives numbers for any input', () => {
    const point = fc.record({
      count: fc.double({ min: 0, max: 1e9, noNaN: true }),
      errorCount: fc.double({ min: 0, max: 1e9, noNaN: true }),
      durationNano: fc.double({ min: 0, max: 1e18, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 40 }), (series) => {
        for (const change of operationChanges(series.map((each, i) => ({ ...each, atUnixSeconds: i * 60 })))) {
          expect([change.before, change.after, change.significance].every(Number.isFinite)).toBe(true);
          expect(change.before).not.toBe(change.after);
        }
      }),
    );
  });
});
