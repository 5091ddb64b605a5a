import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  initialSearch,
  normalizeDuration,
  parseTag,
  parseTagLine,
  populationParameters,
  searchFromUrl,
  type SearchState,
  searchToParameters,
  searchToUrl,
  selectionParameters,
} from '../../src/search/search-state.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const millis = fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined });
const time = fc.oneof(
  fc.constantFrom('15m', '1h', '2d', '90s').map((since) => ({ kind: 'since' as const, since })),
  fc.constant({ kind: 'all' as const }),
  fc
    .record({ kind: fc.constant('between' as const), fromMs: millis, toMs: millis })
    .filter(({ fromMs, toMs }) => fromMs !== undefined || toMs !== undefined),
);
const shared = {
  time,
  order: fc.constantFrom('newest' as const, 'longest' as const),
  limit: fc.integer({ min: 1, max: 10_000 }),
  plot: fc.constantFrom('heat-map' as const, 'traces' as const),
  live: fc.boolean(),
  sort: fc.option(fc.record({ key: fc.constantFrom('errors' as const, 'start' as const), descending: fc.boolean() }), {
    nil: undefined,
  }),
  region: fc.option(
    fc.record({
      startTime: fc.constantFrom('1700000000.000000001', '1700000000.5'),
      endTime: fc.constant('1700000060.000000000'),
      minNano: fc.integer({ min: 0, max: 1000 }),
      maxNano: fc.integer({ min: 1001, max: 1_000_000 }),
      query: text.filter((query) => query !== ''),
    }),
    { nil: undefined },
  ),
};
const key = text.map((value) => value.replaceAll('=', '').trim()).filter((value) => value !== '');
const state: fc.Arbitrary<SearchState> = fc.oneof(
  fc.record({
    ...shared,
    mode: fc.constant('form' as const),
    service: text,
    operation: text,
    tags: fc.array(fc.record({ key, value: text.map((value) => value.trim()) }), { maxLength: 4 }),
    minDuration: fc.constantFrom('', '20ms', '1.5s'),
    maxDuration: fc.constantFrom('', '3h'),
    query: fc.constant(''),
  }),
  fc.record({ ...shared, query: text }).map((query): SearchState => ({ ...initialSearch, ...query, mode: 'query' })),
);

describe('the search in the address', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(state, (search) => {
        const url = new URL(searchToUrl(search), 'http://localhost');
        expect(searchFromUrl(url.search)).toEqual(search);
      }),
    );
  });

  it('is short for what is as at first', () => {
    expect(searchToUrl(initialSearch)).toBe('/search');
    expect(searchFromUrl('')).toEqual(initialSearch);
  });

  it('ignores a part of the heat map that is none', () => {
    const part = (region: string, query = '{ }') =>
      searchFromUrl(`?${String(new URLSearchParams({ region, region_q: query }))}`).region;
    expect(part('1.5,2,0,10')).toEqual({ startTime: '1.5', endTime: '2', minNano: 0, maxNano: 10, query: '{ }' });
    for (const wrong of ['', '1,2,3', '2,1,0,10', '1,2,10,10', '1,2,-1,10', '1,2,,10', '1,2,0,10,11', 'x,2,0,10']) {
      expect(part(wrong), wrong).toBeUndefined();
    }
    expect(part('1,2,0,10', '')).toBeUndefined();
  });

  it('ignores what makes no sense', () => {
    expect(searchFromUrl('?limit=-3&order=best&start_time=x&tags==1')).toEqual(initialSearch);
    expect(searchFromUrl('?limit=10001').limit).toBe(initialSearch.limit);
    expect(searchFromUrl('?limit=10000').limit).toBe(10_000);
  });
});

describe('the search for the server', () => {
  it('asks for exactly the selected part', () => {
    const region = { startTime: '1.000000001', endTime: '2.5', minNano: 0, maxNano: 9, query: '{ duration < 9ns }' };
    expect(searchToParameters({ ...initialSearch, service: 'a', order: 'longest', region })).toEqual({
      q: '{ duration < 9ns }',
      start_time: '1.000000001',
      end_time: '2.5',
      order: 'longest',
      limit: 100,
    });
    // Of which the map around it is none.
    expect(populationParameters({ ...initialSearch, service: 'a', region })).toEqual({ service: 'a', since: '1h' });
    expect(selectionParameters({ ...initialSearch, service: 'a', region })).toEqual({
      q: '{ duration < 9ns }',
      start_time: '1.000000001',
      end_time: '2.5',
    });
  });

  it('has the API’s names', () => {
    const search: SearchState = {
      ...initialSearch,
      service: 'order',
      tags: [{ key: 'http.route', value: 'a=b' }],
      minDuration: '20ms',
      time: { kind: 'between', fromMs: 1_700_000_000_250, toMs: undefined },
    };
    expect(searchToParameters(search)).toEqual({
      service: 'order',
      tags: ['http.route=a=b'],
      min_duration: '20ms',
      start_time: '1700000000.25',
      order: 'newest',
      limit: 100,
    });
    expect(
      searchToParameters({ ...search, mode: 'query', query: '{ status = error }', time: { kind: 'all' } }),
    ).toEqual({
      q: '{ status = error }',
      order: 'newest',
      limit: 100,
    });
  });
});

it('reads tags', () => {
  expect(parseTag('a=b=c')).toEqual([{ key: 'a', value: 'b=c' }]);
  expect(parseTag('=b')).toEqual([]);
  expect(parseTagLine('error=true  message="not \\"so\\" good" noise')).toEqual([
    { key: 'error', value: 'true' },
    { key: 'message', value: 'not "so" good' },
  ]);
});

it('reads a bare number as milliseconds', () => {
  expect(normalizeDuration(' 1.5 s')).toBe('1.5s');
  expect(normalizeDuration('20')).toBe('20ms');
  expect(normalizeDuration('')).toBe('');
});
