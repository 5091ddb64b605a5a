import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  initialSearch,
  normalizeDuration,
  parseTag,
  parseTagLine,
  searchFromUrl,
  type SearchState,
  searchToParameters,
  searchToUrl,
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

  it('ignores what makes no sense', () => {
    expect(searchFromUrl('?limit=-3&order=best&start_time=x&tags==1')).toEqual(initialSearch);
    expect(searchFromUrl('?limit=10001').limit).toBe(initialSearch.limit);
    expect(searchFromUrl('?limit=10000').limit).toBe(10_000);
  });
});

describe('the search for the server', () => {
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
