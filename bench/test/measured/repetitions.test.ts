import { expect, test } from 'vitest';
import { paired, rotated, spreadOf } from '../../src/measured/repetitions.ts';

test('every subject is first, and last, equally often', () => {
  const orders = [0, 1, 2, 3].map((repetition) => rotated(['a', 'b', 'c'], repetition).join(''));
  expect(orders).toEqual(['abc', 'bca', 'cab', 'abc']);
});

test('only values of the same repetition are compared', () => {
  const theirs = new Map([
    [0, 10],
    [2, 40],
    [3, 9],
  ]);
  const ours = new Map([
    [1, 5],
    [2, 8],
    [3, 3],
  ]);
  expect(paired(theirs, ours, (a, b) => a / b)).toEqual([5, 3]);
});

test('a spread is the median and the extremes, and no number where nothing was measured', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, range: [1, 3] });
  expect(spreadOf([])).toEqual({ median: Number.NaN, range: [Number.NaN, Number.NaN] });
});
