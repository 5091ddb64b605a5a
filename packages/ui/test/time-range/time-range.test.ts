import { describe, expect, it } from 'vitest';

import { coversData } from '../../src/time-range/data-range.ts';
import { addTimeRange, type TimeRange, timeRangeFromUrl, withTimeOf } from '../../src/time-range/time-range.ts';

describe('a time range in an address', () => {
  it('replaces the one that is there and keeps the rest', () => {
    const parameters = new URLSearchParams('start_time=1&end_time=2&q=x');
    addTimeRange(parameters, { kind: 'since', since: '6h' });
    expect(parameters.toString()).toBe('q=x&since=6h');
    addTimeRange(parameters, { kind: 'between', fromMs: 1500, toMs: undefined });
    expect(parameters.toString()).toBe('q=x&start_time=1.5');
    expect(timeRangeFromUrl(parameters)).toEqual({ kind: 'between', fromMs: 1500, toMs: undefined });
  });

  it('goes along to another page, alone', () => {
    expect(withTimeOf('/map', '?q=x&since=2d')).toBe('/map?since=2d');
    expect(withTimeOf('/map', '?start_time=10&end_time=20.5&service=a')).toBe('/map?start_time=10&end_time=20.5');
    expect(withTimeOf('/map', '?service=a')).toBe('/map');
  });
});

it('a range covers data if it is known to hold all of it', () => {
  const data = { fromMs: 1000, toMs: 2000 };
  const between = (fromMs: number | undefined, toMs: number | undefined): TimeRange => ({
    kind: 'between',
    fromMs,
    toMs,
  });
  expect(coversData({ kind: 'all' }, data)).toBe(true);
  expect(coversData(between(1000, 2000), data)).toBe(true);
  expect(coversData(between(undefined, undefined), data)).toBe(true);
  expect(coversData(between(1001, 2000), data)).toBe(false);
  expect(coversData(between(1000, 1999), data)).toBe(false);
  expect(coversData({ kind: 'since', since: '7d' }, data)).toBe(false);
});
