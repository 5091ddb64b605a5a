import { describe, expect, it } from 'vitest';

import {
  exactSeconds,
  insightsFromUrl,
  insightsToUrl,
  type InsightsState,
  referenceParametersOf,
  searchFor,
  windowParametersOf,
} from '../../src/insights/insights-state.ts';

const HOUR_NANO = 3_600_000_000_000n;
const window = { fromUnixNano: 10n * HOUR_NANO + 1n, toUnixNano: 11n * HOUR_NANO + 1n };

describe('the address of the insights', () => {
  it.each<[string, InsightsState]>([
    ['/insights', { time: undefined, against: { kind: 'auto' }, level: 'services' }],
    ['/insights?since=1h', { time: { kind: 'since', since: '1h' }, against: { kind: 'auto' }, level: 'services' }],
    ['/insights?since=all&against=within', { time: { kind: 'all' }, against: { kind: 'within' }, level: 'services' }],
    [
      '/insights?start_time=10&end_time=20.5&against=previous&rank=instances',
      { time: { kind: 'between', fromMs: 10_000, toMs: 20_500 }, against: { kind: 'previous' }, level: 'instances' },
    ],
    [
      '/insights?reference_start_time=10&reference_end_time=20',
      { time: undefined, against: { kind: 'between', fromMs: 10_000, toMs: 20_000 }, level: 'services' },
    ],
  ])('%s', (url, state) => {
    expect(insightsFromUrl(url.slice('/insights'.length))).toEqual(state);
    expect(insightsToUrl(state)).toBe(url);
  });

  it('reads what makes no sense as nothing', () => {
    expect(insightsFromUrl('?against=x&rank=y&reference_start_time=20&reference_end_time=10')).toEqual({
      time: undefined,
      against: { kind: 'auto' },
      level: 'services',
    });
  });
});

it('asks the server for the window that was chosen, and else for its own default', () => {
  expect(windowParametersOf(undefined)).toEqual({});
  expect(windowParametersOf({ kind: 'since', since: '6h' })).toEqual({ since: '6h' });
  expect(windowParametersOf({ kind: 'between', fromMs: 1500, toMs: 2000 })).toEqual({
    start_time: '1.5',
    end_time: '2',
  });
});

it('writes instants exactly', () => {
  expect(exactSeconds(1_795_659_640_466_000_001n)).toBe('1795659640.466000001');
  expect(exactSeconds(2_000_000_000n)).toBe('2');
});

it('holds the window against as much time before it, never before the epoch', () => {
  expect(referenceParametersOf(window, { kind: 'previous' })).toEqual({
    reference_start_time: '32400.000000001',
    reference_end_time: '36000.000000001',
  });
  expect(referenceParametersOf({ fromUnixNano: 1n, toUnixNano: 5n }, { kind: 'previous' }).reference_start_time).toBe(
    '0',
  );
  expect(referenceParametersOf(window, { kind: 'within' })).toEqual({});
});

it('searches the whole window', () => {
  expect(searchFor('{ name = "a" }', window)).toBe(
    '/search?q=%7B+name+%3D+%22a%22+%7D&start_time=36000&end_time=39600.001',
  );
});
