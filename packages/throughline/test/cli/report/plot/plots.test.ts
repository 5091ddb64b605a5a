import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutGraph } from '../../../../src/cli/report/plot/dependency-layout.ts';
import { latencyRanges } from '../../../../src/cli/report/plot/latency-ranges.ts';
import { decades, roundUp, timeTicks } from '../../../../src/cli/report/plot/scale.ts';
import { escaped } from '../../../../src/cli/report/plot/svg.ts';

describe('axes', () => {
  test('decades enclose the values, and exist without any', () => {
    expect(decades([])).toEqual({ from: 1, to: 10 });
    expect(decades([Number.NaN, Number.POSITIVE_INFINITY])).toEqual({ from: 1, to: 10 });
    expect(decades([1_000])).toEqual({ from: 1_000, to: 10_000 });
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1e15, noNaN: true }), { minLength: 1 }), (values) => {
        const { from, to } = decades(values);
        expect(from).toBeLessThanOrEqual(Math.min(...values) * 1.000_001);
        expect(to).toBeGreaterThanOrEqual(Math.max(...values) * 0.999_999);
      }),
    );
  });

  test('the top of an axis is round and not below the value', () => {
    expect([0, Number.NaN, 0.3, 1, 1.2, 21, 999].map(roundUp)).toEqual([1, 1, 0.5, 1, 2, 50, 1_000]);
  });

  test('ticks are round, within the window, and few', () => {
    expect(timeTicks(1_000, 1_000, 4)).toEqual([]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: 1, max: 1e9 }), (from, length) => {
        const ticks = timeTicks(from, from + length, 4);
        expect(ticks.length).toBeLessThanOrEqual(5);
        for (const tick of ticks) expect(tick >= from && tick <= from + length).toBe(true);
      }),
    );
  });
});

describe('the graph', () => {
  const edge = (parent: string, child: string) => ({ parent, child, call_count: 1 });

  test('callers stand left of callees; a call back does not move them', () => {
    const { places, columns } = layoutGraph([edge('a', 'b'), edge('b', 'c'), edge('a', 'c'), edge('c', 'a')]);
    expect(columns).toBe(3);
    expect(['a', 'b', 'c'].map((name) => places.get(name)?.column)).toEqual([0, 1, 2]);
  });

  test('any graph: every service has a place of its own', () => {
    const name = fc.constantFrom(...'abcdefgh');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { minLength: 1 }), (pairs) => {
        const { places, columns, rows } = layoutGraph(pairs.map(([parent, child]) => edge(parent, child)));
        expect(places.size).toBe(new Set(pairs.flat()).size);
        const taken = [...places.values()].map(({ column, row }) => `${column} ${row}`);
        expect(new Set(taken).size).toBe(taken.length);
        for (const { column, row } of places.values()) expect(column < columns && row < rows).toBe(true);
      }),
    );
  });
});

test('durations without data are an empty drawing, and those of 0 no NaN', () => {
  expect(latencyRanges([{ name: 'idle', durations: null }], 'none')).toMatch(/^<svg .*<\/svg>$/);
  const zero = { min_nano: 0, max_nano: 0, avg_nano: 0, p50_nano: 0, p75_nano: 0, p90_nano: 0, p95_nano: 0 };
  expect(latencyRanges([{ name: 'fast', durations: { ...zero, p99_nano: 0, p999_nano: 0 } }], 'fast')).not.toMatch(
    /NaN|Infinity/,
  );
});

test('whatever text comes, no markup and no control character leaves it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // oxlint-disable-next-line no-control-regex
      expect(escaped(text)).not.toMatch(/[<>"'\u0000-\u0008\u000e-\u001f\u007f-\u009f]|&(?!(?:amp|lt|gt|quot|#39);)/);
    }),
  );
});
