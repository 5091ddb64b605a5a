import { expect, test } from 'vitest';
import { mediansOf, paired, rotated, spreadOf } from '../../src/measured/repetitions.ts';

test('every subject is first, and last, equally often', () => {
  const orders = [0, 1, 2, 3].map((repetition) => rotated(['a', 'b', 'c'], repetition).join(''));
  expect(orders).toEqual(['abc', 'bca', 'cab', 'abc']);
});

test('only values of the same turn of the same repetition are compared', () => {
  const theirs = new Map([
    [0, [10, 10]],
    [2, [40, 10, 90]],
    [3, [9, 8]],
  ]);
  const ours = new Map([
    [1, [5, 5]],
    [2, [8, 1, 3]],
    [3, [3]],
  ]);
  const ratios = paired(theirs, ours, (a, b) => a / b);
  expect([...ratios]).toEqual([
    [2, [5, 10, 30]],
    [3, [3]],
  ]);
  expect(mediansOf(ratios)).toEqual([10, 3]);
});

test('a spread is the median and the extremes, and no number where nothing was measured', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, range: [1, 3] });
  expect(spreadOf([])).toEqual({ median: Number.NaN, range: [Number.NaN, Number.NaN] });
});
