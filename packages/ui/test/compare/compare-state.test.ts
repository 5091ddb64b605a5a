import { describe, expect, it } from 'vitest';

import { compareFromUrl, type CompareState, compareToUrl, swapped } from '../../src/compare/compare-state.ts';

const a = 'a'.padStart(32, '0');
const b = 'b'.padStart(32, '0');

describe('the address of a comparison', () => {
  it.each<[string, CompareState]>([
    [
      '/compare',
      { kind: 'traces', a: undefined, b: undefined, order: 'time', onlyDifferences: false, spanId: undefined },
    ],
    [
      `/compare?a=${a}&b=${b}&order=contribution&show=differences&span=1`,
      { kind: 'traces', a, b, order: 'contribution', onlyDifferences: true, spanId: '1' },
    ],
    [
      '/compare?qa=%7B+%7D&qb=x&since=6h&b_start_time=1&b_end_time=2',
      {
        kind: 'sets',
        a: '{ }',
        b: 'x',
        time: { kind: 'since', since: '6h' },
        aTime: undefined,
        bTime: { start: '1', end: '2' },
      },
    ],
  ])('%s', (url, state) => {
    expect(compareFromUrl(url.slice('/compare'.length))).toEqual(state);
    expect(compareToUrl(state)).toBe(url);
  });

  it('forgives short ids and forgets what is none', () => {
    expect(compareFromUrl('?a=A&b=nonsense')).toMatchObject({ a, b: undefined });
  });

  it('turns round', () => {
    expect(compareToUrl(swapped(compareFromUrl(`?a=${a}&b=${b}`)))).toBe(`/compare?a=${b}&b=${a}`);
    expect(swapped(compareFromUrl('?qa=1&qb=2&a_start_time=1&a_end_time=2'))).toMatchObject({
      a: '2',
      b: '1',
      aTime: undefined,
      bTime: { start: '1', end: '2' },
    });
  });
});
